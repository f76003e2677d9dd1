/** Looking through the camera until a frame is good: one look at a time, and not too many. */
import type { FrameLook } from '../../../bindings/FrameLook'

/** At most six looks a second: enough to follow a hand, little enough for a small phone. */
const PAUSE_MS = 170
/** How long to wait after a look that failed. */
const AFTER_FAULT_MS = 1000

export interface Aiming {
  /** The frame to look at; `null` while the camera has none. */
  frame(): Promise<Blob | null>
  /** What the core says to it. */
  look(frame: Blob): Promise<FrameLook>
  /** Told after each look. */
  seen(look: FrameLook): void
  /** Told once, when the core says that this frame is the picture. */
  take(): void
  /** Waits. */
  sleep(ms: number): Promise<void>
  /** Milliseconds, always growing. */
  now(): number
  /** Whether a picture may take itself now; otherwise looks only advise. */
  automatic(): boolean
}

/** Looks until told to stop or until the picture is to be taken. Answers how to stop. */
export function aim(aiming: Aiming): () => void {
  let running = true

  async function run() {
    let next: Promise<Blob | null> | null = null
    // On a slow phone making a frame and looking at it take longer than the pause: then the next
    // frame is made while the core looks. On a fast one it would only be older.
    let slow = false
    while (running) {
      const began = aiming.now()
      let rest = PAUSE_MS
      try {
        const frame = await (next ?? aiming.frame())
        next = null
        if (frame && running) {
          const looking = aiming.look(frame)
          if (slow) next = aiming.frame()
          // Heard of below, or not at all where the look fails first.
          next?.catch(() => undefined)
          const look = await looking
          if (!running) return
          slow = aiming.now() - began > (slow ? PAUSE_MS / 2 : PAUSE_MS)
          aiming.seen(look)
          if (look.take && aiming.automatic()) {
            running = false
            aiming.take()
            return
          }
        }
      } catch {
        // A look is advice only: the shutter works without it, and the still is judged anyway.
        rest = AFTER_FAULT_MS
        next = null
      }
      await aiming.sleep(Math.max(0, rest - (aiming.now() - began)))
    }
  }

  void run()
  return () => {
    running = false
  }
}

/** Looking through the camera until a frame is good: one look at a time, and not too many. */
import type { FrameLook } from '../../../bindings/FrameLook'

/** At most six looks a second: enough to follow a hand, little enough for a small phone. */
const PAUSE_MS = 170
/** Good looks in a row before the picture is taken: one alone may be luck. */
const IN_A_ROW = 2
/** How long to wait after a look that failed. */
const AFTER_FAULT_MS = 1000

export interface Aiming {
  /** The frame to look at; `null` while the camera has none. */
  frame(): Promise<Blob | null>
  /** What the core says to it. */
  look(frame: Blob): Promise<FrameLook>
  /** Told after each look. */
  seen(look: FrameLook): void
  /** Told once, when enough looks in a row were good. */
  take(): void
  /** Waits. */
  sleep(ms: number): Promise<void>
  /** Milliseconds, always growing. */
  now(): number
  /** Whether good looks take the picture; otherwise they only advise. */
  automatic: boolean
}

/** Looks until told to stop or until the picture is to be taken. Answers how to stop. */
export function aim(aiming: Aiming): () => void {
  let running = true

  async function run() {
    let good = 0
    while (running) {
      const began = aiming.now()
      let rest = PAUSE_MS
      try {
        const frame = await aiming.frame()
        if (frame && running) {
          const look = await aiming.look(frame)
          if (!running) return
          aiming.seen(look)
          good = look.good ? good + 1 : 0
          if (aiming.automatic && good >= IN_A_ROW) {
            running = false
            aiming.take()
            return
          }
        }
      } catch {
        // A look is advice only: the shutter works without it, and the still is judged anyway.
        good = 0
        rest = AFTER_FAULT_MS
      }
      await aiming.sleep(Math.max(0, rest - (aiming.now() - began)))
    }
  }

  void run()
  return () => {
    running = false
  }
}

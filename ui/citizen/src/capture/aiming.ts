/** Analyses frames of the camera until one is good: one at a time, at a limited rate. */
import type { FrameLook } from '../../../bindings/FrameLook'

/** At most six frames a second: enough to follow a hand, little enough for a small phone. */
const PAUSE_MS = 170
/** The pause after a failed analysis. */
const AFTER_FAULT_MS = 1000

export interface Aiming {
  /** The frame to analyse; `null` while the camera has none. */
  frame(): Promise<Blob | null>
  /** The core's analysis of it. */
  look(frame: Blob): Promise<FrameLook>
  /** Called after each analysis. */
  seen(look: FrameLook): void
  /** Called once, when the core decides that this frame is the picture. */
  take(): void
  /** Waits. */
  sleep(ms: number): Promise<void>
  /** A monotonic clock in milliseconds. */
  now(): number
  /** Whether the picture may be taken automatically; otherwise frames only cause advice. */
  automatic(): boolean
}

/** Analyses frames until it is stopped or a picture is to be taken. Returns a function to stop it. */
export function aim(aiming: Aiming): () => void {
  let running = true

  async function run() {
    let next: Promise<Blob | null> | null = null
    // On a slow phone, making and analysing a frame takes longer than the pause, so the next frame is
    // made during the analysis. On a fast phone that frame would only be older.
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
          // Its fault is handled below, or dropped if the analysis fails first.
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
        // An analysis is only advice: the shutter works without it, and the still is checked anyway.
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

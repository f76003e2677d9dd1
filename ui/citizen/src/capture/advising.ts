/** One advice at a time, and long enough to be read or heard. */
import type { FrameAdvice } from '../../../bindings/FrameAdvice'
import type { FrameLook } from '../../../bindings/FrameLook'

/** How long an advice stands before another may take its place. */
const STANDS_MS = 700

/** Chooses what to say after each look: a hand that trembles must not make the words flicker. */
export function advisor() {
  let said: FrameAdvice | null = null
  let since = 0
  return (look: FrameLook, now: number): FrameAdvice => {
    if (said === null || look.good || (look.advice !== said && now - since >= STANDS_MS)) {
      if (look.advice !== said) since = now
      said = look.advice
    }
    return said
  }
}

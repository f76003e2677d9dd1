/** One advice at a time, and long enough to be read or heard. */
import type { FrameAdvice } from '../../../bindings/FrameAdvice'
import type { FrameLook } from '../../../bindings/FrameLook'

/** How long an advice is shown before another may take its place. */
const SHOWN_MS = 700

/** Chooses what to say after each look: a hand that trembles must not make the words flicker. */
export function advisor() {
  let said: FrameAdvice | null = null
  let since = 0
  return (look: FrameLook, now: number): FrameAdvice => {
    if (said === null || look.good || (look.advice !== said && now - since >= SHOWN_MS)) {
      if (look.advice !== said) since = now
      said = look.advice
    }
    return said
  }
}

/** How long an advice must stay the same before it is spoken. */
const STEADY_MS = 900
/** How long after the last one the next may be spoken. */
const QUIET_MS = 3000

/**
 * Chooses what a screen reader says: only what stays for a while, and never the next before the
 * last could be heard.
 */
export function announcer() {
  let heard: FrameAdvice | null = null
  let spokenAt = -Infinity
  let candidate: FrameAdvice | null = null
  let since = 0
  return (said: FrameAdvice, now: number): FrameAdvice | null => {
    if (said !== candidate) {
      candidate = said
      since = now
    }
    if (said !== heard && now - since >= STEADY_MS && now - spokenAt >= QUIET_MS) {
      heard = said
      spokenAt = now
    }
    return heard
  }
}

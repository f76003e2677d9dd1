/** Shows one advice at a time, long enough to be read or heard. */
import type { FrameAdvice } from '../../../bindings/FrameAdvice'
import type { FrameLook } from '../../../bindings/FrameLook'

/** How long an advice is shown before another may replace it. */
const SHOWN_MS = 700

/** Chooses the advice after each frame. A trembling hand must not make the words flicker. */
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
 * Chooses the text of a screen reader: only an advice that stays for a while, and never a new one
 * before the last could be heard.
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

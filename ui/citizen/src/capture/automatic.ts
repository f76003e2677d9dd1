/** Whether a good picture of a card takes itself: remembered by the screen, as the theme is. */
const KEY = 'camera'

/** What was chosen; unless switched off, it does. */
export function takesItself(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'by-hand'
  } catch {
    return true
  }
}

/** Remembers the choice. */
export function keepAutomatic(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, 'by-hand')
  } catch {
    // It holds until the camera closes.
  }
}

/** Whether a good picture of a card is taken automatically; stored by the screen, like the theme. */
const KEY = 'camera'

/** The stored choice; on by default. */
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
    // Without storage the choice lasts until the camera closes.
  }
}

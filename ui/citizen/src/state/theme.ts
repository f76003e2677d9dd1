/** Light, dark, or as the phone does it: the one thing that the screen itself remembers. */
export type Theme = 'auto' | 'light' | 'dark'

const KEY = 'theme'

/** What was chosen. */
export function theme(): Theme {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'auto'
  } catch {
    // No storage (private window): as the phone does it.
    return 'auto'
  }
}

/** Shows this theme from now on. */
export function setTheme(next: Theme): void {
  try {
    if (next === 'auto') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // It holds until the window closes.
  }
  show(next)
}

/** Shows what was chosen; called before the first screen is drawn. */
export function show(chosen: Theme = theme()): void {
  if (chosen === 'auto') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.setAttribute('data-theme', chosen)
}

/** The theme: light, dark, or the phone's own. Stored by the screen itself. */
export type Theme = 'auto' | 'light' | 'dark'

const KEY = 'theme'

/** The stored choice. */
export function theme(): Theme {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'auto'
  } catch {
    // Without storage (private window): the phone's own theme.
    return 'auto'
  }
}

/** Shows this theme from now on. */
export function setTheme(next: Theme): void {
  try {
    if (next === 'auto') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // Without storage the choice lasts until the window closes.
  }
  show(next)
}

/** Shows the stored theme; called before the first screen is drawn. */
export function show(chosen: Theme = theme()): void {
  if (chosen === 'auto') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.setAttribute('data-theme', chosen)
}

const DARK = '(prefers-color-scheme: dark)'

/**
 * Reports whether the page is dark by choice, or `null` for the phone's own theme, now and on every
 * change. Returns a function to stop it.
 */
export function watchDark(tell: (dark: boolean | null) => void): () => void {
  let told: boolean | null | undefined
  const look = () => {
    const ground = getComputedStyle(document.documentElement).getPropertyValue('--ground').trim()
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground)
    const chosen = theme()
    const dark = chosen === 'auto' ? null : chosen === 'dark'
    if (dark === told) return
    told = dark
    tell(dark)
  }
  look()
  const query = window.matchMedia(DARK)
  // Safari 13 has only the old name.
  if (query.addEventListener) query.addEventListener('change', look)
  else query.addListener(look)
  const chosen = new MutationObserver(look)
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => {
    if (query.removeEventListener) query.removeEventListener('change', look)
    else query.removeListener(look)
    chosen.disconnect()
  }
}

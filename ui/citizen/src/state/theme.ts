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

const DARK = '(prefers-color-scheme: dark)'

/**
 * Tells whether the page is dark by choice, `null` where it is as the phone does it; now and whenever
 * that changes. Answers how to stop.
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
  // Safari 13 knows only the old name.
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

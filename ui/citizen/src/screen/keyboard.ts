/**
 * Keeps the field that is typed in above the keyboard. Where the keyboard makes the page smaller
 * (Android, by the app itself) there is nothing to do; where it lies over the page (iOS) the page
 * gets as much room at its end.
 */
export function watchKeyboard(): void {
  const view = window.visualViewport
  if (!view) return
  const look = () => {
    // While somebody zooms in, the view is smaller for another reason.
    const covered = view.scale > 1.05 ? 0 : Math.max(0, Math.round(window.innerHeight - view.height - view.offsetTop))
    document.documentElement.style.setProperty('--keyboard', `${covered}px`)
    const typing = document.activeElement
    if (covered < 80 || !(typing instanceof HTMLElement) || !typing.matches('input, textarea, select')) return
    const { top, bottom } = typing.getBoundingClientRect()
    if (top < view.offsetTop || bottom > view.offsetTop + view.height) typing.scrollIntoView({ block: 'center' })
  }
  view.addEventListener('resize', look)
}

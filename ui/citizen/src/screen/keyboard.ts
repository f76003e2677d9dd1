/**
 * Keeps the focused field above the keyboard. On Android the app itself makes the page smaller, so
 * there is nothing to do. On iOS the keyboard lies over the page, which gets as much room at its end.
 */
export function watchKeyboard(): void {
  const view = window.visualViewport
  if (!view) return
  const look = () => {
    // While the person zooms in, the view is smaller for another reason.
    const covered = view.scale > 1.05 ? 0 : Math.max(0, Math.round(window.innerHeight - view.height - view.offsetTop))
    document.documentElement.style.setProperty('--keyboard', `${covered}px`)
    const typing = document.activeElement
    if (covered < 80 || !(typing instanceof HTMLElement) || !typing.matches('input, textarea, select')) return
    const { top, bottom } = typing.getBoundingClientRect()
    if (top < view.offsetTop || bottom > view.offsetTop + view.height) typing.scrollIntoView({ block: 'center' })
  }
  view.addEventListener('resize', look)
}

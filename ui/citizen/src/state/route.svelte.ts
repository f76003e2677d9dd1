/**
 * Where in the app the person is. Kept in the browser's history, so that the phone's own "back"
 * works; what has to survive a restart is in the core, not here.
 */
export type Route =
  | { name: 'home' }
  | { name: 'campaigns' }
  | { name: 'campaign'; id: string }
  | { name: 'draft' }
  | { name: 'apoyos' }
  | { name: 'apoyo'; id: string }
  | { name: 'settings' }

interface Place {
  route: Route
  depth: number
}

const place = $state<{ now: Place }>({ now: { route: { name: 'home' }, depth: 0 } })

/** The screen to show. */
export function route(): Route {
  return place.now.route
}

/** Goes to another screen. */
export function go(to: Route): void {
  place.now = { route: to, depth: place.now.depth + 1 }
  history.pushState($state.snapshot(place.now), '')
}

/** Goes to another screen, so that "back" does not return to this one. */
export function replace(to: Route): void {
  place.now = { route: to, depth: place.now.depth }
  history.replaceState($state.snapshot(place.now), '')
}

/** Goes back, or home where there is nothing to go back to. */
export function back(): void {
  if (place.now.depth > 0) history.back()
  else replace({ name: 'home' })
}

/** Begins to listen to the phone's own "back". */
export function listenToHistory(): void {
  history.replaceState($state.snapshot(place.now), '')
  window.addEventListener('popstate', (event) => {
    place.now = (event.state as Place | null) ?? { route: { name: 'home' }, depth: 0 }
  })
}

/**
 * Where in the app the person is. Each screen that was gone to can be left with the phone's own
 * "back"; what has to survive a restart is in the core, not here.
 */
import { listen, path } from '@apoyo/design/history'

export type Route =
  | { name: 'home' }
  | { name: 'campaigns' }
  | { name: 'campaign'; id: string }
  | { name: 'draft' }
  | { name: 'apoyos' }
  | { name: 'apoyo'; id: string }
  | { name: 'settings' }

const HOME: Route = { name: 'home' }

/** The screens that were gone through, the one that is shown last. */
const way = $state<{ now: Route[] }>({ now: [HOME] })

const layer = path((left) => (way.now = way.now.slice(0, left + 1)))

function set(to: Route[]): void {
  way.now = to
  layer.count(to.length - 1)
}

/** The screen to show. */
export function route(): Route {
  return way.now[way.now.length - 1] ?? HOME
}

/** Goes to another screen. */
export function go(to: Route): void {
  set([...way.now, to])
}

/** Goes to another screen, so that "back" does not return to this one. Home has nothing behind it. */
export function replace(to: Route): void {
  if (to.name === 'home') return set([HOME])
  const before = way.now.length > 1 ? way.now.slice(0, -1) : [HOME]
  const last = before[before.length - 1]
  // The list that this one was opened from is not there twice.
  set(last?.name === to.name && !('id' in to) ? before : [...before, to])
}

/** Goes back, or home where there is nothing to go back to. */
export function back(): void {
  set(way.now.length > 1 ? way.now.slice(0, -1) : [HOME])
}

/** Begins to listen to the phone's own "back". */
export function listenToHistory(): void {
  listen(window.history, (told) => window.addEventListener('popstate', (event) => told(event.state)))
}

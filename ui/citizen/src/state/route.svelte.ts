/**
 * The person's place in the app. The phone's own "back" leaves each screen that was opened. State
 * that has to survive a restart is in the core, not here.
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

/** The open screens, the visible one last. */
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

/** Replaces this screen by another one, so that "back" does not return to it. Home is always the first. */
export function replace(to: Route): void {
  if (to.name === 'home') return set([HOME])
  const before = way.now.length > 1 ? way.now.slice(0, -1) : [HOME]
  const last = before[before.length - 1]
  // The list that this screen was opened from is not added twice.
  set(last?.name === to.name && !('id' in to) ? before : [...before, to])
}

/** Goes back, or home from the first screen. */
export function back(): void {
  set(way.now.length > 1 ? way.now.slice(0, -1) : [HOME])
}

/** Starts to handle the phone's own "back". */
export function listenToHistory(): void {
  listen(window.history, (told) => window.addEventListener('popstate', (event) => told(event.state)))
}

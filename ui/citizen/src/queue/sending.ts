/**
 * Keeps the queue going while the app is open: a pass over it when there is something to send and
 * its pause is over, when the network comes back, and when the app comes back to the front.
 */
import type { AppState } from '../../../bindings/AppState'
import { citizen } from '../state/citizen.svelte'
import { watchNetwork } from './network'

/** How often the progress of a pass is looked at. */
const WATCH_MS = 700
/** The longest sleep: what an `online` event should have told is found out all the same. */
const LONGEST_MS = 30_000

/** Milliseconds until the queue wants another pass; `null` when there is nothing to send. */
export function nextPass(app: AppState): number | null {
  const pauses = app.apoyos.flatMap(({ queue, lost }) => {
    // The server lost it: its sealed copy goes again.
    if (lost?.again.state === 'sending') return [lost.again.next_try_in_s * 1000]
    if (queue.state === 'sending') return [0]
    // What waits for Wi-Fi or an activation wants nothing before that comes.
    if (queue.state === 'waiting' && (queue.waits_for === 'wifi' || queue.waits_for === 'activation')) return []
    if (queue.state === 'waiting') return [queue.next_try_in_s * 1000]
    return []
  })
  return pauses.length === 0 ? null : Math.min(LONGEST_MS, Math.max(0, Math.min(...pauses)))
}

let hurry: () => void = () => undefined

/** Sends at once: something was just put in the queue. */
export function sendNow(): void {
  hurry()
}

/** Starts; answers how to stop. */
export function keepSending(): () => void {
  let stopped = false
  let wake: () => void = () => undefined
  let passing = false

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function pass() {
    if (passing) return
    passing = true
    const watching = setInterval(() => void citizen.refresh(), WATCH_MS)
    try {
      await citizen.native.runQueue()
      await citizen.refresh()
    } catch {
      // Each entry carries its own problem; what fails here is tried again after a pause.
      await sleep(LONGEST_MS)
    } finally {
      clearInterval(watching)
      passing = false
    }
  }

  async function run() {
    while (!stopped) {
      const due = citizen.app ? nextPass(citizen.app) : null
      if (due !== null && due < WATCH_MS) await pass()
      // Never at once again: a core that answers at once must not become a busy loop.
      await sleep(due === null ? WATCH_MS : Math.max(WATCH_MS, due))
      // The pause was told as a length: how much of it is left is asked, not reckoned.
      if (due !== null) await citizen.refresh()
    }
  }

  async function now() {
    if (stopped || document.hidden || !citizen.app || nextPass(citizen.app) === null) return
    await pass()
    wake()
  }

  const back = () => void now()
  hurry = back
  const unwatch = watchNetwork((kind) => {
    // Only a hint: where the core cannot be told, it finds out by trying.
    citizen.native.networkIs(kind).then((app) => citizen.hear(app), () => undefined)
  })
  window.addEventListener('online', back)
  document.addEventListener('visibilitychange', back)
  void run()
  return () => {
    stopped = true
    unwatch()
    hurry = () => undefined
    wake()
    window.removeEventListener('online', back)
    document.removeEventListener('visibilitychange', back)
  }
}

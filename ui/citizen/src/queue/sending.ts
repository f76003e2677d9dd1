/**
 * Drives the queue while the app is open: a pass over it when an entry is due, when the network comes
 * back, and when the app comes back to the front.
 */
import type { AppState } from '../../../bindings/AppState'
import { citizen } from '../state/citizen.svelte'
import { watchNetwork } from './network'

/** How often the progress of a pass is read. */
const WATCH_MS = 700
/** The longest sleep, in case an `online` event was missed. */
const LONGEST_MS = 30_000

/** Milliseconds until the next pass is due; `null` if there is nothing to send. */
export function nextPass(app: AppState): number | null {
  const pauses = app.apoyos.flatMap(({ queue, lost }) => {
    // The server lost it: its sealed copy goes again.
    if (lost?.again.state === 'sending') return [lost.again.next_try_in_s * 1000]
    if (queue.state === 'sending') return [0]
    // An entry that waits for Wi-Fi or for an activation is not due before that.
    if (queue.state === 'waiting' && (queue.waits_for === 'wifi' || queue.waits_for === 'activation')) return []
    if (queue.state === 'waiting') return [queue.next_try_in_s * 1000]
    return []
  })
  return pauses.length === 0 ? null : Math.min(LONGEST_MS, Math.max(0, Math.min(...pauses)))
}

let hurry: () => void = () => undefined

/** Sends at once, because a new entry is in the queue. */
export function sendNow(): void {
  hurry()
}

/** Starts; returns a function to stop it. */
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
      // Each entry has its own problem; a failure here is tried again after a pause.
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
      // Never without a pause, so that a core that answers at once does not cause a busy loop.
      await sleep(due === null ? WATCH_MS : Math.max(WATCH_MS, due))
      // The pause came as a length; the remaining time is asked for and not computed.
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
    // This is only a hint; without it the core finds out by trying.
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

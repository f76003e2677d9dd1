/**
 * What kind of network this phone has, as far as its web view says. The core decides what that
 * means; a computer does not ask.
 */
import type { NetworkKind } from '../../../bindings/NetworkKind'

/** What some web views know (Android's does, iOS's does not). */
interface Connection extends EventTarget {
  type?: string
}

function connection(): Connection | undefined {
  return (navigator as Navigator & { connection?: Connection }).connection
}

/** The kind of network; an unknown one counts as paid by the byte, so that no one pays without having agreed. */
export function networkKind(onLine: boolean, type: string | undefined): NetworkKind {
  if (!onLine || type === 'none') return 'offline'
  return type === 'wifi' || type === 'ethernet' ? 'unmetered' : 'metered'
}

/**
 * Whether "only over Wi-Fi" can be kept here. An iPhone's web view does not say what kind of network
 * there is, so every network counts as paid by the byte and the switch would mean "never".
 */
export function knowsWifi(phone: boolean, type: string | undefined): boolean {
  return !phone || type !== undefined
}

/** What this web view calls its network; `undefined` where it does not say. */
export function networkType(): string | undefined {
  return connection()?.type
}

/** Tells the kind now and whenever it changes; answers how to stop. */
export function watchNetwork(tell: (kind: NetworkKind) => void): () => void {
  const known = connection()
  const look = () => tell(networkKind(navigator.onLine, known?.type))
  look()
  window.addEventListener('online', look)
  window.addEventListener('offline', look)
  known?.addEventListener('change', look)
  return () => {
    window.removeEventListener('online', look)
    window.removeEventListener('offline', look)
    known?.removeEventListener('change', look)
  }
}

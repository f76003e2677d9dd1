/**
 * The kind of network of this phone, as far as its web view tells. The core decides on its meaning;
 * a computer ignores it.
 */
import type { NetworkKind } from '../../../bindings/NetworkKind'

/** The network information of some web views (Android's has it, iOS's does not). */
interface Connection extends EventTarget {
  type?: string
}

function connection(): Connection | undefined {
  return (navigator as Navigator & { connection?: Connection }).connection
}

/** The kind of network. An unknown one counts as paid by the byte, so that no one pays without having agreed. */
export function networkKind(onLine: boolean, type: string | undefined): NetworkKind {
  if (!onLine || type === 'none') return 'offline'
  return type === 'wifi' || type === 'ethernet' ? 'unmetered' : 'metered'
}

/**
 * Whether "only over Wi-Fi" can be offered. An iPhone's web view does not tell the kind of network, so
 * every network counts as paid by the byte and the switch would mean "never".
 */
export function knowsWifi(phone: boolean, type: string | undefined): boolean {
  return !phone || type !== undefined
}

/** The web view's word for its network; `undefined` if it does not tell. */
export function networkType(): string | undefined {
  return connection()?.type
}

/** Reports the kind now and on every change; returns a function to stop it. */
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

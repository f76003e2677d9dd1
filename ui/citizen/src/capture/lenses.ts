/** Which of a phone's cameras photographs a card best: the one that focuses near. */
import type { Aim } from '../../../bindings/Aim'
import { closeCamera, deviceOf, focusByItself, hasFixedFocus, openCamera } from './camera'

/** A camera as the browser lists it. Labels are known only after the camera was allowed once. */
export interface Lens {
  deviceId: string
  label: string
}

/**
 * How well a camera with this label photographs a card, the least the best. iPhones offer several
 * lenses as one camera, which changes to the wide angle when something is near; the single "back
 * camera" of a Pro model does not focus nearer than about 20 cm. Their labels are translated, so
 * only the words that English and Spanish have are looked for. On Android camera 0 is the main one.
 */
export function lensRank(label: string): number {
  if (/tele|ultra|desk|escritorio/i.test(label)) return 9
  if (/triple/i.test(label)) return 0
  if (/dual|doble/i.test(label) && /wide|angular/i.test(label)) return 1
  if (/^camera2? 0, facing back/i.test(label)) return 2
  return 5
}

const FRONT = /front|frontal|delantera|facetime/i
const BACK = /back|rear|trasera|posterior/i

/** The cameras that may serve this aim, in the order in which the browser lists them. */
export function lensesFor(aim: Aim, all: Lens[]): Lens[] {
  const wrong = aim === 'selfie' ? BACK : FRONT
  const fitting = all.filter((one) => one.deviceId !== '' && !wrong.test(one.label))
  // One camera alone may look anywhere: it is better than none.
  return fitting.length > 0 ? fitting : all.filter((one) => one.deviceId !== '')
}

/** The camera to change to for a card; `null` where the one that is open is as good. */
export function betterLens(lenses: Lens[], open: string | null, fixedFocus: boolean): Lens | null {
  const current = lenses.find((one) => one.deviceId === open)
  if (!current) return null
  const others = lenses.filter((one) => one !== current)
  const least = Math.min(...others.map((one) => lensRank(one.label)))
  const best = others.find((one) => lensRank(one.label) === least)
  if (!best) return null
  const better = least < lensRank(current.label) && least < 5
  return better || (fixedFocus && least < 9) ? best : null
}

/** The camera after this one, for who asks for another. */
export function nextLens(lenses: Lens[], open: string | null): Lens | null {
  if (lenses.length < 2) return null
  const at = lenses.findIndex((one) => one.deviceId === open)
  return lenses[(at + 1) % lenses.length] ?? null
}

async function listed(aim: Aim): Promise<Lens[]> {
  try {
    const all = await navigator.mediaDevices.enumerateDevices()
    return lensesFor(aim, all.filter((one) => one.kind === 'videoinput'))
  } catch {
    return []
  }
}

/** The cameras that were chosen on this phone, by aim, until the app is closed. */
const chosen: { card: string | null; selfie: string | null } = { card: null, selfie: null }
const kindOf = (aim: Aim) => (aim === 'selfie' ? 'selfie' : 'card')

/** A camera that is open, and those that there are besides. */
export interface OpenCamera {
  stream: MediaStream
  lenses: Lens[]
}

/**
 * Opens the camera for this aim: the one that was chosen, or the usual one and then, for a card,
 * the one that focuses nearer. The second is opened only where a label names it, so most phones
 * open one camera once.
 */
export async function openBest(aim: Aim): Promise<OpenCamera> {
  const kind = kindOf(aim)
  const before = chosen[kind]
  if (before) {
    try {
      const stream = await openCamera(aim, before)
      await focusByItself(stream)
      return { stream, lenses: await listed(aim) }
    } catch {
      // It was unplugged, or its name has changed since: the usual one.
      chosen[kind] = null
    }
  }
  const first = await openCamera(aim)
  const lenses = await listed(aim)
  const better = aim === 'selfie' ? null : betterLens(lenses, deviceOf(first), hasFixedFocus(first))
  if (!better) {
    await focusByItself(first)
    return { stream: first, lenses }
  }
  // Two cameras of one phone are not open at the same time.
  closeCamera(first)
  try {
    const stream = await openCamera(aim, better.deviceId)
    chosen[kind] = better.deviceId
    await focusByItself(stream)
    return { stream, lenses }
  } catch {
    return { stream: await openCamera(aim), lenses }
  }
}

/** From now on the camera after this one is opened. */
export function chooseNext(aim: Aim, { stream, lenses }: OpenCamera): void {
  chosen[kindOf(aim)] = nextLens(lenses, deviceOf(stream))?.deviceId ?? null
}

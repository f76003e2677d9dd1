/** Chooses the camera of a phone that photographs a card best: the one that focuses nearest. */
import type { Aim } from '../../../bindings/Aim'
import { closeCamera, deviceOf, focusByItself, hasFixedFocus, openCamera } from './camera'

/** A camera in the browser's list. Labels are known only after the camera was allowed once. */
export interface Lens {
  deviceId: string
  label: string
}

/**
 * Ranks a camera by its label; the least is the best for a card. iPhones offer several lenses as one
 * camera, which changes to the wide angle for near things. The single "back camera" of a Pro model
 * does not focus nearer than about 20 cm. The labels are translated, so the words of English and
 * Spanish are searched. On Android camera 0 is the main one.
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

/** The cameras for this aim, in the order of the browser's list. */
export function lensesFor(aim: Aim, all: Lens[]): Lens[] {
  const wrong = aim === 'selfie' ? BACK : FRONT
  const fitting = all.filter((one) => one.deviceId !== '' && !wrong.test(one.label))
  // A single camera may face either way; it is better than none.
  return fitting.length > 0 ? fitting : all.filter((one) => one.deviceId !== '')
}

/** A better camera for a card; `null` if the open one is as good. */
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

/** The next camera, for a person who asks for another. */
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

/** The cameras that the person chose, by aim, until the app is closed. */
const chosen: { card: string | null; selfie: string | null } = { card: null, selfie: null }
const kindOf = (aim: Aim) => (aim === 'selfie' ? 'selfie' : 'card')

/** The open camera, and the other ones. */
export interface OpenCamera {
  stream: MediaStream
  lenses: Lens[]
}

/**
 * Opens the camera for this aim: the chosen one, or the usual one and then, for a card, the one that
 * focuses nearer. The second is opened only if a label names it, so most phones open one camera
 * once.
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
      // It was unplugged, or its name has changed: use the usual one.
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
  // A phone cannot have two cameras open at the same time.
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

/** Chooses the next camera from now on. */
export function chooseNext(aim: Aim, { stream, lenses }: OpenCamera): void {
  chosen[kindOf(aim)] = nextLens(lenses, deviceOf(stream))?.deviceId ?? null
}

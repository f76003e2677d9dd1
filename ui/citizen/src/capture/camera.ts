/** The camera as a stream, and the reasons why it is missing. */
import type { Aim } from '../../../bindings/Aim'

/** Why there is no picture; each reason has its sentence and its way out. */
export type CameraTrouble = 'denied' | 'none' | 'busy' | 'silent' | 'unsupported'

/** A camera that could not be opened. */
export class CameraError extends Error {
  readonly trouble: CameraTrouble
  constructor(trouble: CameraTrouble) {
    super(trouble)
    this.trouble = trouble
  }
}

/** Translates the browser's error into a reason. */
export function troubleOf(name: string): CameraTrouble {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
    case 'DevicesNotFoundError':
      return 'none'
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy'
    default:
      return 'unsupported'
  }
}

/**
 * The requested size. Browsers take width and height for a camera on its side and swap them for a
 * phone that is held upright, so the shorter side decides how many pixels a card gets: 4:3 has a
 * third more of them than 16:9. A camera with fewer pixels gives all it has.
 */
export function constraintsFor(aim: Aim, device: string | null): MediaTrackConstraints {
  const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: aim === 'selfie' ? 'user' : 'environment' } }
  const size = aim === 'selfie' ? { width: { ideal: 1440 }, height: { ideal: 1080 } } : { width: { ideal: 2560 }, height: { ideal: 1920 } }
  // Few frames of many pixels. It is a preference: a faster camera is accepted too.
  return { ...which, ...size, frameRate: { ideal: 24 } }
}

/** Opens this camera, or the one on the usual side for this aim. */
export async function openCamera(aim: Aim, device: string | null = null): Promise<MediaStream> {
  // It is missing on plain http and in WebViews without a camera permission.
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError('unsupported')
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: constraintsFor(aim, device) })
  } catch (thrown) {
    throw new CameraError(troubleOf(thrown instanceof Error || thrown instanceof DOMException ? thrown.name : ''))
  }
}

/** Stops the camera, so that its light goes out. */
export function closeCamera(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop())
}

/** The device that the stream comes from; `null` if the browser does not tell. */
export function deviceOf(stream: MediaStream): string | null {
  return stream.getVideoTracks()[0]?.getSettings?.().deviceId ?? null
}

/** Capabilities that Chrome on Android has beyond the standard. */
interface MoreCapabilities {
  torch?: boolean
  focusMode?: string[]
}

function capabilitiesOf(stream: MediaStream): MoreCapabilities {
  const track = stream.getVideoTracks()[0]
  return (track?.getCapabilities?.() ?? {}) as MoreCapabilities
}

/** Whether this camera has a light that can be switched. */
export function hasTorch(stream: MediaStream): boolean {
  return capabilitiesOf(stream).torch === true
}

/** Switches the light. */
export async function setTorch(stream: MediaStream, on: boolean): Promise<void> {
  await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
}

/** Switches the lens to continuous focus, if the camera has that. */
export async function focusByItself(stream: MediaStream): Promise<void> {
  if (!capabilitiesOf(stream).focusMode?.includes('continuous')) return
  try {
    await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [{ focusMode: 'continuous' } as MediaTrackConstraintSet] })
  } catch {
    // The phone focuses by its own rule then, as before.
  }
}

/** Whether the camera reports that its lens cannot focus by itself; unknown counts as no. */
export function hasFixedFocus(stream: MediaStream): boolean {
  const modes = capabilitiesOf(stream).focusMode
  return modes !== undefined && !modes.includes('continuous') && !modes.includes('single-shot')
}

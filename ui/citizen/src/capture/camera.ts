/** The camera as a stream, and the ways in which there is none. */
import type { Aim } from '../../../bindings/Aim'

/** Why there is no picture; each has its sentence and its way out. */
export type CameraTrouble = 'denied' | 'none' | 'busy' | 'unsupported'

/** A camera that could not be opened. */
export class CameraError extends Error {
  readonly trouble: CameraTrouble
  constructor(trouble: CameraTrouble) {
    super(trouble)
    this.trouble = trouble
  }
}

/** What the browser's error means for a person. */
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

/** Opens the camera for this aim: the one behind for a card, the one in front for a face. */
export async function openCamera(aim: Aim): Promise<MediaStream> {
  // Missing on plain http and in WebViews without a camera permission.
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError('unsupported')
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: {
        facingMode: { ideal: aim === 'selfie' ? 'user' : 'environment' },
        width: { ideal: 1920 },
        height: { ideal: 1080 },
      },
    })
  } catch (thrown) {
    throw new CameraError(troubleOf(thrown instanceof Error || thrown instanceof DOMException ? thrown.name : ''))
  }
}

/** Stops the camera, so that its light goes out. */
export function closeCamera(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop())
}

/** Whether this camera has a light that can be switched. */
export function hasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0]
  // The standard names no torch; Chrome on Android does.
  const can = (track?.getCapabilities?.() ?? {}) as { torch?: boolean }
  return can.torch === true
}

/** Switches the light. */
export async function setTorch(stream: MediaStream, on: boolean): Promise<void> {
  await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
}

/**
 * The still of a card: from the whole sensor if the phone gives it, otherwise the frame on the
 * screen. A live view has two or three megapixels, the sensor twelve. The small QR of a card that is
 * worn or held badly is read far more often from the sensor (docs/reading.md).
 */
import { fitted, photographer, viewRatio, visiblePart } from './picture'

/** The longest side of a still. */
const LONGEST = 3072
/** The most pixels that are requested from a sensor, because the page has to hold them. */
const SENSOR = { width: 4096, height: 3072 }
/** The time limit for the sensor's answer. */
const PATIENCE_MS = 4000
const QUALITY = 0.92

interface Range {
  max?: number
}

/** `ImageCapture` as Chrome has it; TypeScript's library does not know it. */
interface Sensor {
  getPhotoCapabilities(): Promise<{ imageWidth?: Range; imageHeight?: Range }>
  takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>
}
type SensorOf = new (track: MediaStreamTrack) => Sensor

/** Whether a photograph shows the same as the video, with more pixels. */
export function isBetter(
  photo: { width: number; height: number },
  video: { width: number; height: number },
  ratio: number,
): boolean {
  // Some phones turn the photograph and note that where a canvas does not read it.
  if (photo.width > photo.height !== video.width > video.height) return false
  const across = (size: { width: number; height: number }) => visiblePart(size.width, size.height, ratio).width
  return across(photo) > across(video)
}

/** Whether the sensor failed once in this run. It is not tried again, because each try costs seconds. */
let sensorFails = false

async function fromSensor(track: MediaStreamTrack): Promise<Blob | null> {
  const known = (window as { ImageCapture?: SensorOf }).ImageCapture
  if (!known || sensorFails || track.readyState !== 'live') return null
  const sensor = new known(track)
  const { imageWidth, imageHeight } = await sensor.getPhotoCapabilities()
  if (!imageWidth?.max || !imageHeight?.max) return null
  return sensor.takePhoto({
    imageWidth: Math.min(SENSOR.width, imageWidth.max),
    imageHeight: Math.min(SENSOR.height, imageHeight.max),
  })
}

/** The part of the photograph that the screen shows of the video; `null` if it is not better. */
async function cut(photo: Blob, video: HTMLVideoElement, shows: 'card' | 'face'): Promise<Blob | null> {
  const bitmap = await createImageBitmap(photo)
  try {
    const seen = { width: video.videoWidth, height: video.videoHeight }
    const ratio = viewRatio(seen.width, seen.height, shows)
    if (!isBetter(bitmap, seen, ratio)) return null
    const part = visiblePart(bitmap.width, bitmap.height, ratio)
    const size = fitted(part, LONGEST)
    const canvas = document.createElement('canvas')
    canvas.width = size.width
    canvas.height = size.height
    const context = canvas.getContext('2d')
    if (!context) return null
    context.drawImage(bitmap, part.x, part.y, part.width, part.height, 0, 0, size.width, size.height)
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
  } finally {
    bitmap.close()
  }
}

/** The best picture, and another of the same moment in case that one is refused. */
export interface Still {
  picture: Blob
  spare: Blob | null
}

/**
 * Takes the still; `null` only if the camera has no frame. The photograph comes a second later than
 * the frame. If the hand has moved in that time, the frame is still there.
 */
export async function takeStill(
  video: HTMLVideoElement,
  stream: MediaStream | null,
  shows: 'card' | 'face',
): Promise<Still | null> {
  const track = stream?.getVideoTracks()[0]
  // The frame is taken first: it was on the screen when the finger came down.
  const frame = await photographer(video, shows)(LONGEST, QUALITY)
  const alone = frame && { picture: frame, spare: null }
  if (!track || shows === 'face') return alone
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), PATIENCE_MS))
  try {
    const photo = await Promise.race([fromSensor(track), late])
    if (photo === 'late') sensorFails = true
    else if (photo) {
      const better = await cut(photo, video, shows)
      if (better) return { picture: better, spare: frame }
    }
  } catch {
    sensorFails = true
  }
  return alone
}

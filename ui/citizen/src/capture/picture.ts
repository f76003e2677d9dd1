/** Stills from a live view: exactly the part that the person sees. */

/** A rectangle in pixels of the video. */
export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** The proportions of the view of a card and of a face, width to height. */
const WIDEST = 16 / 9
const NARROWEST = { card: 1.2, face: 4 / 5 }

/** The proportion of the view for a video of this size. */
export function viewRatio(width: number, height: number, shows: 'card' | 'face'): number {
  if (width <= 0 || height <= 0) return shows === 'card' ? 4 / 3 : 1
  return Math.min(WIDEST, Math.max(NARROWEST[shows], width / height))
}

/** The middle of the video in that proportion: what `object-fit: cover` shows. */
export function visiblePart(width: number, height: number, ratio: number): Rect {
  if (width / height > ratio) {
    const seen = Math.round(height * ratio)
    return { x: Math.round((width - seen) / 2), y: 0, width: seen, height }
  }
  const seen = Math.round(width / ratio)
  return { x: 0, y: Math.round((height - seen) / 2), width, height: seen }
}

/** The size of a picture whose longer side is at most `longest`. */
export function fitted(part: Rect, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(part.width, part.height))
  return { width: Math.round(part.width * scale), height: Math.round(part.height * scale) }
}

/** Takes JPEG pictures of a video, always through the same canvas. */
export function photographer(video: HTMLVideoElement, shows: 'card' | 'face') {
  const canvas = document.createElement('canvas')
  return async (longest: number, quality: number): Promise<Blob | null> => {
    const { videoWidth, videoHeight } = video
    // 2 means that there is a current frame.
    if (videoWidth === 0 || video.readyState < 2) return null
    const part = visiblePart(videoWidth, videoHeight, viewRatio(videoWidth, videoHeight, shows))
    const size = fitted(part, longest)
    canvas.width = size.width
    canvas.height = size.height
    const context = canvas.getContext('2d')
    if (!context) return null
    context.drawImage(video, part.x, part.y, part.width, part.height, 0, 0, size.width, size.height)
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  }
}

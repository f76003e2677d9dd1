/** A picture from a file or another app, in memory and in a form that the core reads. */

/** Whether these are the first bytes of a JPEG or a PNG. */
export function isReadable(head: Uint8Array): boolean {
  const begins = (...bytes: number[]) => bytes.every((byte, nth) => head[nth] === byte)
  return begins(0xff, 0xd8, 0xff) || begins(0x89, 0x50, 0x4e, 0x47)
}

/**
 * The picture as a copy of its bytes, so that the file may be deleted. A picture that is neither
 * JPEG nor PNG (HEIC of an iPhone) becomes a JPEG if this browser can draw it. Otherwise the core
 * refuses it with the reason.
 */
export async function readable(file: Blob): Promise<Blob> {
  const bytes = await new Response(file).arrayBuffer()
  const copy = new Blob([bytes], { type: file.type })
  if (isReadable(new Uint8Array(bytes.slice(0, 8)))) return copy
  try {
    return (await redrawn(copy)) ?? copy
  } catch {
    return copy
  }
}

/** The longest side that is drawn: an iPhone's canvas cannot draw 48 megapixels. */
const LONGEST = 4096

/** The size at which a picture is drawn. */
export function drawnSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST / Math.max(width, height, 1))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** What a browser decoded, and its size. */
interface Decoded {
  source: CanvasImageSource
  width: number
  height: number
  close(): void
}

async function redrawn(picture: Blob): Promise<Blob | null> {
  const decoded = await asBitmap(picture).catch(() => asImage(picture))
  try {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, drawnSize(decoded.width, decoded.height))
    const context = canvas.getContext('2d')
    if (!context) return null
    // Transparent parts would become black.
    context.fillStyle = '#ffffff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(decoded.source, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
  } finally {
    decoded.close()
  }
}

async function asBitmap(picture: Blob): Promise<Decoded> {
  const bitmap = await createImageBitmap(picture)
  return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() }
}

/** Apple's engine draws HEIC in a page before it makes a bitmap of it. */
async function asImage(picture: Blob): Promise<Decoded> {
  const image = new Image()
  const address = URL.createObjectURL(picture)
  const close = () => URL.revokeObjectURL(address)
  try {
    image.src = address
    await image.decode()
  } catch (fault) {
    close()
    throw fault
  }
  return { source: image, width: image.naturalWidth, height: image.naturalHeight, close }
}

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

async function redrawn(picture: Blob): Promise<Blob | null> {
  const bitmap = await createImageBitmap(picture)
  const canvas = document.createElement('canvas')
  canvas.width = bitmap.width
  canvas.height = bitmap.height
  const context = canvas.getContext('2d')
  // Transparent parts would become black.
  if (context) {
    context.fillStyle = '#ffffff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(bitmap, 0, 0)
  }
  bitmap.close()
  return context && new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}

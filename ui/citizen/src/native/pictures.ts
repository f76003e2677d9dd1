/** Pictures on their way to the core. */

/** A picture's bytes. (`Blob.arrayBuffer` came with Chrome 76, `Response` was always there.) */
export async function bytesOf(picture: Blob): Promise<Uint8Array> {
  return new Uint8Array(await new Response(picture).arrayBuffer())
}

/** A picture as base64, encoded by the browser away from the thread that draws. */
export function base64Of(picture: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      const address = reader.result as string
      resolve(address.slice(address.indexOf(',') + 1))
    }
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(picture)
  })
}

/** The most bytes that go to Android's app in one message. A frame of the live view goes whole. */
export const PIECE = 128 * 1024

/** A file in a message: as base64, or named, where its pieces went before. */
export type InMessage = string | { of: number; pieces: number }

let last = 0

/**
 * Sends what is larger than one piece ahead, one piece after the other: between two of them the page
 * draws and answers.
 */
export async function inPieces(
  file: Blob,
  put: (of: number, nth: number, piece: string) => Promise<unknown>,
): Promise<InMessage> {
  if (file.size <= PIECE) return base64Of(file)
  const of = ++last
  let pieces = 0
  for (let at = 0; at < file.size; at += PIECE) {
    await put(of, pieces, await base64Of(file.slice(at, at + PIECE)))
    pieces += 1
  }
  return { of, pieces }
}

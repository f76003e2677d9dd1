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

/** A picture's bytes. (`Blob.arrayBuffer` came with Chrome 76, `Response` was always there.) */
export async function bytesOf(picture: Blob): Promise<Uint8Array> {
  return new Uint8Array(await new Response(picture).arrayBuffer())
}

/** The receipt as a file that anyone can check. */
import type { ReceiptView } from '../../../bindings/ReceiptView'

/** The signed receipt exactly as the server gave it, and the key that it was verified with. */
export function receiptFile(receipt: ReceiptView): File {
  const text = `{"signed_receipt":${receipt.signed},"receipt_key":${JSON.stringify(receipt.key)}}\n`
  // Not the campaign: the name of a file is seen by more people than its content.
  return new File([text], `recibo-${receipt.folio}.json`, { type: 'application/json' })
}

/** Hands the file to the phone's share sheet; `false` where there is none that takes files. */
export async function shareFile(file: File): Promise<boolean> {
  const share = { files: [file], title: file.name }
  // On a computer a download is what people expect, even where a share sheet exists.
  const phone = typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches
  if (!phone || typeof navigator.canShare !== 'function' || !navigator.canShare(share)) return false
  try {
    await navigator.share(share)
    return true
  } catch (thrown) {
    // The person closed the sheet: that was an answer.
    return thrown instanceof DOMException && thrown.name === 'AbortError'
  }
}

/** Saves the file among the downloads. */
export function saveFile(file: File): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = file.name
  document.body.appendChild(link)
  link.click()
  link.remove()
  // Later: some browsers read the address only after the click has ended.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

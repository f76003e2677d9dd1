/** The receipt as a file that anyone can check. */
import type { ReceiptView } from '../../../bindings/ReceiptView'

/** The signed receipt exactly as the server gave it, and the key that it was verified with. */
export function receiptText(receipt: ReceiptView): string {
  return `{"signed_receipt":${receipt.signed},"receipt_key":${JSON.stringify(receipt.key)}}\n`
}

/** The same as a file. */
export function receiptFile(receipt: ReceiptView): File {
  // Not the campaign: the name of a file is seen by more people than its content.
  return new File([receiptText(receipt)], `recibo-${receipt.folio}.json`, { type: 'application/json' })
}

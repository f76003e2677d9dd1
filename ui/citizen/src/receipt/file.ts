/** The receipt as a file that anyone can check. */
import type { ReceiptView } from '../../../bindings/ReceiptView'

/** The signed receipt exactly as the server sent it, and the key that verified it. */
export function receiptText(receipt: ReceiptView): string {
  return `{"signed_receipt":${receipt.signed},"receipt_key":${JSON.stringify(receipt.key)}}\n`
}

/** The same as a file. */
export function receiptFile(receipt: ReceiptView): File {
  // Without the campaign, because more people see the name of a file than its content.
  return new File([receiptText(receipt)], `recibo-${receipt.folio}.json`, { type: 'application/json' })
}

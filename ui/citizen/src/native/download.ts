/** Hands over a file from an ordinary browser: the share sheet of a phone, or a download. */
import type { HandedOver } from './index'

/**
 * Hands over the file. A download does not report its end: its result is `asked`, and no screen may
 * call the file saved.
 */
export async function handOver(file: File): Promise<HandedOver> {
  const shared = await share(file)
  return shared === 'none' ? download(file) : shared
}

async function share(file: File): Promise<HandedOver> {
  const what = { files: [file], title: file.name }
  // On a computer people expect a download, even if a share sheet exists.
  const phone = typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches
  if (!phone || typeof navigator.canShare !== 'function' || !navigator.canShare(what)) return 'none'
  try {
    await navigator.share(what)
    return 'gone'
  } catch (thrown) {
    // The person closed the sheet, which is an answer.
    return thrown instanceof DOMException && thrown.name === 'AbortError' ? 'cancelled' : 'none'
  }
}

function download(file: File): HandedOver {
  if (!('download' in HTMLAnchorElement.prototype)) return 'none'
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = file.name
  document.body.appendChild(link)
  link.click()
  link.remove()
  // Later, because some browsers read the address only after the click has ended.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
  return 'asked'
}

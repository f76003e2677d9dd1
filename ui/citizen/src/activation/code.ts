/** How the mailed code looks while it is typed: two halves of four, in capitals. */
export const HALF = 4
const LENGTH = 2 * HALF

/** Only what a code is made of, in capitals; at most eight. */
function characters(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '').slice(0, LENGTH)
}

/** What was typed so far, with the hyphen between the halves. */
export function formatCode(typed: string): string {
  const found = characters(typed)
  return found.length > HALF ? `${found.slice(0, HALF)}-${found.slice(HALF)}` : found
}

/**
 * The code in a pasted text: the text itself, or the first thing in it that looks like a code
 * (people copy the whole line of the mail).
 */
export function codeInText(pasted: string): string {
  const plain = pasted.trim()
  if (/^[0-9A-Za-z]{4}[\s\-–—]*[0-9A-Za-z]{4}$/.test(plain)) return formatCode(plain)
  const halves = /(?:^|[^0-9A-Za-z])([0-9A-Za-z]{4})[-–—]([0-9A-Za-z]{4})(?![0-9A-Za-z])/.exec(plain)
  if (halves) return formatCode(`${halves[1]}${halves[2]}`)
  // Eight in a row count only with a digit in them: "recibido" is a word, not a code.
  const whole = (plain.match(/[0-9A-Za-z]+/g) ?? []).find((word) => word.length === LENGTH && /\d/.test(word))
  return formatCode(whole ?? plain)
}

/** The position of the caret after formatting: behind as many characters of the code as before. */
export function caretAfter(typed: string, caret: number): number {
  const before = characters(typed.slice(0, caret)).length
  return before > HALF ? before + 1 : before
}

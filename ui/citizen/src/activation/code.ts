/** The form of the mailed code while it is typed: two halves of four, in capitals. */
export const HALF = 4
const LENGTH = 2 * HALF

/** The first eight characters of a code's alphabet in the text, in capitals. */
function characters(text: string): string {
  return plainOf(text).toUpperCase().replace(/[^0-9A-Z]/g, '').slice(0, LENGTH)
}

/** Full-width letters become letters, dashes become one kind, invisible characters are removed. */
function plainOf(text: string): string {
  return text
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
}

/** The typed characters with the hyphen between the halves. */
export function formatCode(typed: string): string {
  const found = characters(typed)
  return found.length > HALF ? `${found.slice(0, HALF)}-${found.slice(HALF)}` : found
}

/**
 * The code in a pasted text: the text itself, or its part that looks most like a code (people copy
 * the whole line of the mail). Telephone numbers and ordinary words have the same form. The core,
 * which parses the result, has the same rules.
 */
export function codeInText(pasted: string): string {
  const plain = plainOf(pasted).trim()
  if (/^[0-9A-Za-z]{4}[\s-]*[0-9A-Za-z]{4}$/.test(plain)) return formatCode(plain)
  let best = { rank: 0, text: '' }
  // Every word is checked together with the next one, because codes are shown in two halves.
  const words = /[\p{L}\p{N}]+/gu
  for (let word = words.exec(plain); word; word = words.exec(plain)) {
    const rest = plain.slice(word.index)
    const found = /^([0-9A-Za-z]{4})([ -]*)([0-9A-Za-z]{4})(?![\p{L}\p{N}])/u.exec(rest)
    if (!found) continue
    const [, one = '', between = '', two = ''] = found
    const text = one + two
    const announced = /(c[oó]digo|code|clave)([^\p{L}\p{N}]+[\p{L}\p{N}]+){0,2}[^\p{L}\p{N}]+$/iu.test(plain.slice(0, word.index))
    const digits = text.replace(/[^0-9]/g, '').length
    const capitals = text === text.toUpperCase()
    const dashed = between.indexOf('-') >= 0
    if (digits === 0 && !(capitals && (dashed || announced))) continue
    if (digits === LENGTH && !announced) continue
    const mixed = digits > 0 && digits < LENGTH
    const rank = (mixed ? 8 : 0) + (digits === 0 ? 4 : 0) + (announced ? 4 : 0) + (dashed ? 2 : 0) + (capitals ? 1 : 0)
    if (rank > best.rank) best = { rank, text }
  }
  return formatCode(best.text || plain)
}

/** The position of the caret after formatting: after as many characters of the code as before. */
export function caretAfter(typed: string, caret: number): number {
  const before = characters(typed.slice(0, caret)).length
  return before > HALF ? before + 1 : before
}

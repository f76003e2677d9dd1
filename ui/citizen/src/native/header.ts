import type { Door } from '../../../bindings/Door'

/**
 * A door as the value of a header: JSON in plain ASCII. Headers cannot hold accents, and a typed `ñ`
 * must arrive unchanged.
 */
export function doorHeader(door: Door): string {
  return JSON.stringify(door).replace(
    /[\u007f-\uffff]/g,
    (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'),
  )
}

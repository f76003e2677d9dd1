import { describe, expect, it } from 'vitest'
import { caretAfter, codeInText, formatCode } from '../src/activation/code'

describe('the code of the mail', () => {
  it('Lupita types it in two halves, and the hyphen comes by itself', () => {
    let shown = ''
    for (const key of '7k2mq9rx') shown = formatCode(shown + key)
    expect(shown).toBe('7K2M-Q9RX')
  })

  it('typing the hyphen too changes nothing', () => {
    expect(formatCode('7K2M-')).toBe('7K2M')
    expect(formatCode('7K2M-Q')).toBe('7K2M-Q')
  })

  it('more than eight characters are not taken', () => {
    expect(formatCode('7K2M-Q9RXZZ')).toBe('7K2M-Q9RX')
  })

  it.each([
    ['7K2M-Q9RX'],
    [' 7k2m q9rx \n'],
    ['7K2MQ9RX'],
    ['Su código es: 7K2M-Q9RX. Sirve 24 horas.'],
    ['Su código de activación es 7K2M–Q9RX'],
    ['Hola, recibido: 7K2MQ9RX'],
    ['Su código: 7K2M Q9RX gracias'],
    ['tel. 5555-1234; código 7K2M-Q9RX'],
    ['código 7K2M-Q9RX; tel. 5555-1234'],
    ['\u200e7K2M\u2011Q9RX\u200f'],
    ['７Ｋ２Ｍ－Ｑ９ＲＸ'],
    ['Your code to activate: 7K2M−Q9RX'],
    ['7\u00adK2M\u00a0Q9RX\u200b'],
  ])('Memo pastes %j', (pasted) => {
    expect(codeInText(pasted)).toBe('7K2M-Q9RX')
  })

  it('the caret stays behind the character that was typed', () => {
    // "7K2MQ" with the caret at the end: the hyphen pushes it on by one.
    expect(caretAfter('7K2MQ', 5)).toBe(6)
    // A character inserted at the second place.
    expect(caretAfter('7XK2M-Q9R', 2)).toBe(2)
    expect(caretAfter('7K2M', 4)).toBe(4)
  })
})

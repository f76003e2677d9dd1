// The mails that the server wrote as files, where no relay is configured.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './processes.mjs'

const CODE = /\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/

/** The newest mail to this address, as it was sent; waits for it to come. */
export function mailTo(address, outbox) {
  return until(`a mail to ${address}`, () => {
    const mails = readdirSync(outbox)
      .filter((name) => name.endsWith('.eml'))
      .map((name) => readFileSync(join(outbox, name), 'utf8'))
      .filter((mail) => mail.includes(address))
    return mails.sort((a, b) => dateOf(a) - dateOf(b)).at(-1)
  })
}

/** The code of the newest mail to this address; waits for it to come. */
export function codeFor(address, outbox) {
  return until(`a code to ${address}`, async () => bodyOf(await mailTo(address, outbox)).match(CODE)?.[0])
}

function dateOf(mail) {
  return Date.parse(mail.match(/^Date: (.*)$/im)?.[1] ?? 0)
}

/** The words of a mail: quoted-printable and base64 undone, headers left out. */
function bodyOf(mail) {
  const body = mail.slice(mail.search(/\r?\n\r?\n/))
  const parts = /base64/i.test(mail)
    ? body.replace(/(?:^[A-Za-z0-9+/=]{40,}\r?\n?)+/gm, (block) => Buffer.from(block, 'base64').toString('utf8'))
    : body
  return parts
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
}

// Lupita gives her apoyo in Chromium, at the size of a phone; each screen is looked at with axe,
// at 320 px and with text twice as large.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openChromium } from '../src/chromium.mjs'
import { stepsFor, walk, WHOLE_JOB } from '../src/job.mjs'
import { lookAt } from '../src/looking.mjs'
import { citizen } from '../src/people.mjs'
import { until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'

const EMAIL = 'lupita@ejemplo.mx'

let system
let browser
const lupita = () => citizen(0)

before(async () => {
  system = await startSystem('chromium')
  browser = await openChromium({ folder: system.folder, bypassCSP: true })
  await browser.page.goto(system.app('lupita'))
})
after(async () => {
  await browser?.close()
  await system?.stop()
})

test('lupita_gives_her_apoyo_from_the_notice_to_the_receipt', { timeout: 400_000 }, async (t) => {
  const campaign = CAMPAIGNS[0].id
  const none = await system.tally(campaign)
  assert.equal(none.total.received, 0)

  const { steps, notes } = stepsFor({ browser, who: lupita(), system, email: EMAIL, campaign })
  const passed = await walk(browser.screen, steps, { to: 'receipt', arrived: (name) => lookAt(browser.page, t, name) })
  assert.deepEqual(passed.filter((name) => name !== 'sending'), WHOLE_JOB)
  assert.deepEqual(notes.anyway, [], 'good pictures are taken without asking twice')

  const folio = await browser.screen.text('folio')
  assert.match(folio, /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]/)
  const one = await until('the tally counts her', async () => {
    const tally = await system.tally(campaign)
    return tally.total.pending === 0 && tally.total.received > 0 && tally
  })
  assert.deepEqual(one.total, { received: 1, pending: 0, preliminary: 1, in_review: 0, not_counted: 0 })
  assert.equal((await system.tally(CAMPAIGNS[1].id)).total.received, 0)
  assert.deepEqual(browser.faults, [], 'nothing went wrong in the page')
})

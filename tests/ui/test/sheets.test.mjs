// Every sheet closes with the phone's own "back", and the screen beneath stays; letters may be twice as
// large in it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { draftAt } from '../../../ui/citizen/test/fake.mjs'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { pressBack } from '../src/back.mjs'
import { openChromium, playwrightScreen } from '../src/chromium.mjs'
import { newFolder, root } from '../src/places.mjs'
import { until } from '../src/processes.mjs'

const APOYO = '1'.padStart(32, '0')
const WAITING = { state: 'waiting', next_try_in_s: 600, waits_for: 'network', problem: null }
const REFUSED = { state: 'refused', problem: { code: 'campaign_closed' } }

const apoyo = (queue) => ({
  apoyo: APOYO, campaign: 'agua-para-todas', title: 'Agua', requester: 'Colectivo', queued_at: '2026-11-28T18:00:00Z',
  may_cancel: queue === WAITING, may_export: queue === WAITING, queue,
})

/** Each sheet: the state of a phone, and what is tapped from its first screen until the sheet is open. */
const SHEETS = {
  'whole-notice-sheet': [{ stage: 'notice' }, ['whole-notice']],
  'whole-notice-sheet of the summary': [{ stage: 'active', draft: draftAt('summary') }, ['whole-notice']],
  // Only "back" opens it.
  'leave-code-sheet': [{ stage: 'code' }, []],
  'discard-sheet': [{ stage: 'active', draft: draftAt('front') }, ['discard']],
  'other-draft-sheet': [
    { stage: 'active' },
    ['to-campaigns', 'campaign-agua-para-todas', 'give-apoyo', 'back', 'campaign-prueba-ejemplo-senado', 'give-apoyo'],
  ],
  'cancel-sheet': [{ stage: 'active', offline: true, apoyos: [apoyo(WAITING)] }, [`apoyo-${APOYO}`, 'cancel']],
  'remove-sheet': [{ stage: 'active', offline: true, apoyos: [apoyo(REFUSED)] }, [`apoyo-${APOYO}`, 'remove']],
  'forget-sheet': [{ stage: 'active' }, ['settings', 'forget']],
}

let host
let browser
before(async () => {
  host = await serve()
  browser = await openChromium({ folder: newFolder('sheets') })
})
after(async () => {
  await browser?.close()
  host?.stop()
})

/** Opens the sheet with taps; answers the screen beneath. */
async function openSheet({ page, screen }, testid, taps) {
  let beneath = await screen.shown()
  for (const tap of taps) {
    if (tap === 'back') await pressBack(page)
    else await screen.tap(tap)
    await page.waitForTimeout(250)
    if (!(await screen.sees(testid))) beneath = await screen.shown()
  }
  // The code: the sheet asks when the person goes back.
  if (taps.length === 0) await pressBack(page)
  await until(testid, () => screen.sees(testid))
  return beneath
}

for (const [name, [state, taps]] of Object.entries(SHEETS)) {
  test(`back_closes_${name.replaceAll(/[- ]/g, '_')}`, { timeout: 60_000 }, async () => {
    const [testid] = name.split(' ')
    const phone = name.replaceAll(' ', '-')
    Object.assign(host.phoneOf(phone).phone, state)
    const page = await browser.page.context().newPage()
    await page.goto(`${host.address}/?phone=${phone}`)
    const screen = playwrightScreen(page)
    await until('a screen', () => screen.shown())
    if (state.draft) await until('the draft', async () => /^(capture-front|summary)$/.test(await screen.shown()))
    const beneath = await openSheet({ page, screen }, testid, taps)
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(wide <= 0, `with letters of twice the size ${name} sticks out by ${wide}`)
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
    await pressBack(page)
    await until('it is closed', async () => !(await screen.sees(testid)))
    assert.equal(await screen.shown(), beneath, 'the screen beneath stays')
    await page.close()
  })
}

test('no_sheet_of_the_screens_is_missing_here', () => {
  const folder = join(root, 'ui/citizen/src')
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.svelte'))
  const sheets = files.flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/<Sheet\b[^>]*>/g)].map(([tag]) => tag))
  const tried = Object.keys(SHEETS).map((name) => name.split(' ')[0])
  const known = (testid) => (testid === '{how}-sheet' ? ['cancel-sheet', 'remove-sheet'] : [testid])
  const missing = sheets.flatMap((tag) => known(/testid="([^"]+)"/.exec(tag)?.[1] ?? tag)).filter((testid) => !tried.includes(testid))
  assert.ok(sheets.length >= 7, `${sheets.length} sheets`)
  assert.deepEqual(missing, [])
})

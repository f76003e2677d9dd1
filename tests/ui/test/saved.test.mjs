// Nothing is called saved that was not: receipts and sealed apoyos where there is no share sheet, where
// downloads are denied, and where the phone itself answers.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { androidScript, bridge } from '../src/android.mjs'
import { openChromium, playwrightScreen } from '../src/chromium.mjs'
import { newFolder } from '../src/places.mjs'
import { until } from '../src/processes.mjs'

const SAVED = /guardado|archivo guardado/i

let host
let browser

before(async () => {
  host = await serve()
  browser = await openChromium({ folder: newFolder('saved'), bypassCSP: true })
  const cdp = await browser.page.context().newCDPSession(browser.page)
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny' })
})
after(async () => {
  await browser?.close()
  host?.stop()
})

const RECEIPTED = { state: 'receipted', folio: '0000-00AB-C', received_at: '2026-11-28T18:00:00Z', status: null }
const WAITING = { state: 'waiting', next_try_in_s: 600, waits_for: 'network', problem: null }

/** A page of a phone with one apoyo in this state, at the screen of that apoyo. */
async function atApoyo(name, queue, { script, handOver } = {}) {
  const { phone } = host.phoneOf(name)
  Object.assign(phone, { stage: 'active', offline: true })
  const id = '1'.padStart(32, '0')
  const may = queue.state === 'waiting'
  phone.apoyos = [{ apoyo: id, campaign: 'agua-para-todas', title: 'Agua', requester: 'Colectivo', queued_at: '2026-11-28T18:00:00Z', may_cancel: may, may_export: may, queue }]
  const page = await browser.page.context().newPage()
  if (script) await page.addInitScript(script)
  const passed = handOver && (await bridge(page, host.address, name, { hand_over: handOver }))
  await page.goto(`${host.address}/?phone=${name}`)
  const screen = playwrightScreen(page)
  await until('the apoyo', () => screen.sees(`apoyo-${id}`))
  await screen.tap(`apoyo-${id}`)
  return { page, screen, passed }
}

const NO_SHARE = 'Object.defineProperty(navigator, "share", { value: undefined }); Object.defineProperty(navigator, "canShare", { value: undefined })'
const NO_DOWNLOAD = `${NO_SHARE}; delete HTMLAnchorElement.prototype.download`

test('a_download_that_is_denied_is_never_called_saved', { timeout: 60_000 }, async () => {
  const { page, screen } = await atApoyo('denied', RECEIPTED, { script: NO_SHARE })
  await screen.tap('save-receipt')
  await until('it is said what was asked', () => screen.sees('given-asked'))
  assert.doesNotMatch(await screen.text('save-receipt'), SAVED)
  assert.doesNotMatch(await screen.text('given-asked'), SAVED)
  await page.close()
})

test('without_any_way_the_receipt_can_be_copied', { timeout: 60_000 }, async () => {
  const { page, screen } = await atApoyo('nowhere', RECEIPTED, { script: NO_DOWNLOAD })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await screen.tap('save-receipt')
  await until('it is said', () => screen.sees('given-none'))
  assert.match(await screen.text('given-none'), /No se guardó/)
  assert.doesNotMatch(await screen.text('save-receipt'), SAVED)
  await screen.tap('copy-receipt')
  await until('it is copied', async () => (await screen.text('copy-receipt')).includes('Copiado'))
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^\{"signed_receipt":/)
  await page.close()
})

test('a_sealed_apoyo_without_any_way_is_not_called_saved', { timeout: 60_000 }, async () => {
  const { page, screen } = await atApoyo('sealed', WAITING, { script: NO_DOWNLOAD })
  await screen.tap('export')
  await until('it is said', () => screen.sees('given-none'))
  assert.doesNotMatch(await screen.text('export'), /Archivo guardado/)
  await page.close()
})

test('on_a_phone_the_answer_of_the_system_decides', { timeout: 120_000 }, async () => {
  const cases = [
    { answers: ['cancelled'], saved: false, none: false },
    { answers: ['none', 'none'], saved: false, none: true },
    { answers: ['none', 'gone'], saved: true, none: false },
    { answers: ['gone'], saved: true, none: false },
  ]
  for (const { answers, saved, none } of cases) {
    const left = [...answers]
    const asked = []
    const handOver = (payload) => (asked.push(payload), left.shift())
    const { page, screen } = await atApoyo(`system-${answers.join('-')}`, RECEIPTED, { script: androidScript(), handOver })
    await screen.tap('save-receipt')
    await until('the system has answered', () => asked.length === answers.length)
    await page.waitForTimeout(200)
    assert.equal(SAVED.test(await screen.text('save-receipt')), saved, answers.join())
    assert.equal(await screen.sees('given-none'), none, answers.join())
    assert.deepEqual(asked.map(({ how }) => how), ['save', 'share'].slice(0, answers.length))
    assert.match(asked[0].name, /^recibo-[\w-]+\.json$/)
    assert.match(Buffer.from(asked[0].file, 'base64').toString('utf8'), /^\{"signed_receipt":/)
    await page.close()
  }
})

// The phone's own scanner: offered when ours does not get it, windowed, and with a way out.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { AGENT, androidScript, bridge } from '../src/android.mjs'
import { pressBack } from '../src/back.mjs'
import { openChromium, playwrightScreen } from '../src/chromium.mjs'
import { tooWide } from '../src/looking.mjs'
import { newFolder } from '../src/places.mjs'
import { until } from '../src/processes.mjs'

const SMALL = 'http://qr.ine.mx/000123456789000123456789/20230415/P/000001'

let host
let browser

before(async () => {
  host = await serve()
  browser = await openChromium({ folder: newFolder('scanner'), bypassCSP: true, userAgent: AGENT })
})
after(async () => {
  await browser?.close()
  host?.stop()
})

/** A phone at the back of the card, and a plugin whose scan is answered by `answer`. */
async function atTheBack(name) {
  const one = host.phoneOf(name)
  one.phone.stage = 'active'
  await one.open({ door: 'begin_draft', campaign: 'agua-para-todas' })
  await one.open({ door: 'choose_model', model: 'G' })
  await one.open({ door: 'put_picture', part: 'front', source: 'camera', anyway: false }, Buffer.alloc(0))
  const page = await browser.page.context().newPage()
  await page.addInitScript(androidScript())
  const scans = []
  const passed = await bridge(page, host.address, name, {
    'plugin:barcode-scanner|check_permissions': () => ({ camera: 'granted' }),
    'plugin:barcode-scanner|request_permissions': () => ({ camera: 'granted' }),
    'plugin:barcode-scanner|scan': (options) =>
      new Promise((resolve, reject) => scans.push({ options, read: (content) => resolve({ content }), reject })),
    'plugin:barcode-scanner|cancel': () => void scans.at(-1)?.reject(new Error('cancelled')),
  })
  await page.goto(`${host.address}/?phone=${name}`)
  const screen = playwrightScreen(page)
  await until('the back', async () => (await screen.shown()) === 'capture-back')
  const cancelled = () => passed.filter(({ cmd }) => cmd === 'plugin:barcode-scanner|cancel').length
  return { page, screen, scans, passed, cancelled }
}

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
const cameraIsOn = (page) => page.evaluate(() => [...document.querySelectorAll('video')].some((one) => one.srcObject?.active))

test('it_is_offered_later_and_shows_what_google_learns', { timeout: 60_000 }, async () => {
  const { page, screen } = await atTheBack('offered')
  await page.waitForTimeout(2000)
  assert.equal(await screen.sees('scan'), false, 'ours comes first')
  await until('it is offered', () => screen.sees('scan'))
  assert.match(await screen.text('screen-capture-back'), /Google se entera de que se usó/)
  await page.close()
})

test('the_page_lies_above_its_camera_with_a_frame_and_a_way_out', { timeout: 60_000 }, async () => {
  const { page, screen, scans, cancelled, passed } = await atTheBack('windowed')
  await until('it is offered', () => screen.sees('scan'))
  await screen.tap('scan')
  await until('it scans', () => scans.length === 1)
  assert.equal(scans[0].options.windowed, true)
  assert.equal(await screen.sees('scan-view'), true)
  assert.equal(await screen.sees('screen-capture-back'), false, 'the view is free')
  assert.equal(await background(page), 'rgba(0, 0, 0, 0)')
  assert.equal(await cameraIsOn(page), false, 'two at once get the camera on no phone')
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
  assert.deepEqual(await tooWide(page), [])
  assert.equal(await screen.sees('scan-cancel'), true)
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
  await screen.tap('scan-cancel')
  await until('the screen is back', () => screen.sees('screen-capture-back'))
  assert.equal(cancelled(), 1)
  await until('and our camera', () => cameraIsOn(page))
  // The phone's own "back" is a way out as well.
  await screen.tap('scan')
  await until('it scans again', () => scans.length === 2)
  await pressBack(page)
  await until('the screen is back', () => screen.sees('screen-capture-back'))
  assert.equal(cancelled(), 2)
  // A dense code is passed over, the small one goes to the core.
  await screen.tap('scan')
  await until('it scans a third time', () => scans.length === 3)
  scans[2].read('\u0001\u0080'.repeat(80))
  await until('it goes on', () => scans.length === 4)
  scans[3].read(SMALL)
  await until('the core hears of it', () => passed.some(({ door }) => door === 'scanned_qr'))
  await page.close()
})

test('it_ends_by_itself_and_says_so', { timeout: 90_000 }, async () => {
  const { page, screen, scans, cancelled } = await atTheBack('late')
  await until('it is offered', () => screen.sees('scan'))
  await screen.tap('scan')
  await until('it scans', () => scans.length === 1)
  const began = Date.now()
  await until('it has ended', () => screen.sees('scan-ended'), { within: 40_000 })
  assert.ok(Date.now() - began > 20_000 && Date.now() - began < 32_000, `${Date.now() - began} ms`)
  assert.match(await screen.text('scan-ended'), /sin servicios de Google no funciona/)
  assert.equal(cancelled(), 1)
  await page.close()
})

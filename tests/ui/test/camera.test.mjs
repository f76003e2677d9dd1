// Cameras that are denied, that answer late, that deliver nothing, and that are not the right one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { AGENT, androidScript, bridge } from '../src/android.mjs'
import { openChromium, PHONE, playwrightScreen } from '../src/chromium.mjs'
import { tooWide } from '../src/looking.mjs'
import { newFolder } from '../src/places.mjs'
import { until } from '../src/processes.mjs'
import { asks, LENSES, NONE, sensor, SILENT } from '../src/stubs.mjs'

// The camera is the page's: a pretend phone behind the doors is enough.
let host
let browser
let nth = 0

before(async () => {
  host = await serve()
  browser = await openChromium({ folder: newFolder('camera'), bypassCSP: true, userAgent: AGENT })
})
after(async () => {
  await browser?.close()
  host?.stop()
})

/** A new phone at the camera of the activation, with this camera. */
async function toCamera(camera, script) {
  const page = await browser.page.context().newPage()
  const phone = `phone-${nth++}`
  const passed = script && (await bridge(page, host.address, phone))
  if (script) await page.addInitScript(script)
  await page.addInitScript(camera)
  await page.goto(`${host.address}/?phone=${phone}`)
  const screen = playwrightScreen(page)
  await until('the notice', async () => (await screen.shown()) === 'notice')
  await screen.tap('notice-agreed')
  await screen.tap('accept-notice')
  await until('the camera', async () => (await screen.shown()) === 'activation-front')
  const one = host.phoneOf(phone)
  return { page, screen, passed, one, phone: one.phone }
}

const asked = (page) => page.evaluate(() => window.asked)

test('damian_denies_the_camera_is_asked_once_and_told_once', { timeout: 60_000 }, async () => {
  const { page, screen, passed } = await toCamera(asks('denied'), androidScript())
  await until('he is told', () => screen.sees('camera-trouble'))
  await page.waitForTimeout(5000)
  assert.equal((await asked(page)).length, 1)
  assert.match(await screen.text('camera-trouble'), /permiso de usar la cámara/)
  // There is a way to the settings; coming back from them asks again, once.
  await screen.tap('camera-settings')
  await until('the settings are opened', () => passed.some(({ cmd }) => cmd === 'plugin:barcode-scanner|open_app_settings'))
  await page.evaluate(() => window.backFromSettings())
  await until('he is asked again', async () => (await asked(page)).length === 2)
  await until('and told', () => screen.sees('camera-trouble'))
  await page.evaluate(() => window.backFromSettings())
  await page.waitForTimeout(1000)
  assert.equal((await asked(page)).length, 2, 'only the way from the settings asks again')
  await page.setViewportSize({ width: 320, height: 640 })
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
  assert.deepEqual(await tooWide(page), [])
  await page.close()
})

test('graciela_grants_it_after_a_pause_and_one_camera_runs', { timeout: 60_000 }, async () => {
  const { page, screen } = await toCamera(asks('granted'))
  await until('the view is there', async () => (await page.getByTestId('shutter').getAttribute('aria-disabled')) === null)
  await page.waitForTimeout(4000)
  assert.equal((await asked(page)).length, 1)
  assert.equal(await page.evaluate(() => window.alive()), 1)
  assert.equal(await screen.sees('camera-trouble'), false)
  await page.close()
})

test('a_camera_that_never_delivers_is_opened_again_and_then_named', { timeout: 60_000 }, async () => {
  const { page, screen } = await toCamera(SILENT)
  await until('it is said', () => screen.sees('camera-trouble'))
  assert.equal((await asked(page)).length, 3)
  assert.equal(await page.evaluate(() => window.alive()), 0)
  assert.match(await screen.text('camera-trouble'), /no da imagen/)
  await page.evaluate(() => (window.repaired = true))
  await screen.tap('camera-again')
  await until('the view is there', async () => (await page.getByTestId('shutter').getAttribute('aria-disabled')) === null)
  assert.equal(await page.evaluate(() => window.alive()), 1)
  await page.close()
})

test('the_lens_that_focuses_near_is_taken_and_another_can_be_chosen', { timeout: 60_000 }, async () => {
  const { page, screen } = await toCamera(LENSES)
  await until('the view is there', () => screen.sees('other-camera'))
  assert.deepEqual(await asked(page), ['id of Cámara trasera', 'id of Cámara triple trasera'])
  assert.equal(await page.evaluate(() => window.alive()), 1)
  for (const size of ['100%', '200%']) {
    await page.setViewportSize({ width: 320, height: 640 })
    await page.evaluate((text) => (document.documentElement.style.fontSize = text), size)
    assert.deepEqual(await tooWide(page), [], `the view at 320 px and ${size}`)
  }
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
  await screen.tap('other-camera')
  await until('the next one', async () => (await asked(page)).at(-1) === 'id of Cámara trasera')
  await until('the view is there again', () => screen.sees('other-camera'))
  assert.equal(await page.evaluate(() => window.alive()), 1)
  await page.close()
})

/** Width and height of a JPEG, from its first frame header. */
function sizeOf(jpeg) {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at + 1] >= 0xc0 && jpeg[at + 1] <= 0xc3) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)]
  }
  throw new Error('no picture')
}

/** The size of the still that reaches the core from a sensor that answers this. */
async function stillFrom(width, height) {
  const { page, screen, one } = await toCamera(sensor(width, height))
  const open = one.open.bind(one)
  const still = new Promise((resolve) => {
    one.open = (door, bytes) => {
      if (door.door === 'put_activation_front') resolve(bytes)
      return open(door, bytes)
    }
  })
  await until('the view is there', async () => (await page.getByTestId('shutter').getAttribute('aria-disabled')) === null)
  await screen.tap('shutter')
  const size = sizeOf(await still)
  const settings = await asked(page)
  await page.close()
  return { size, settings }
}

test('the_still_of_a_card_comes_from_the_whole_sensor', { timeout: 60_000 }, async () => {
  const { size, settings } = await stillFrom(3060, 4080)
  assert.deepEqual(settings, [{ imageWidth: 4080, imageHeight: 3060 }])
  // The part that was on the screen, 1.2 times as wide as high: the card is 2,800 px wide, not 660.
  assert.deepEqual(size, [3060, 2550])
})

test('a_photograph_that_is_refused_gives_way_to_the_frame_of_the_same_moment', { timeout: 60_000 }, async () => {
  const { page, screen, one } = await toCamera(sensor(3060, 4080))
  const open = one.open.bind(one)
  const sizes = []
  one.open = (door, bytes) => {
    if (door.door !== 'put_activation_front') return open(door, bytes)
    sizes.push(sizeOf(bytes)[0])
    // The hand has moved while the sensor was read.
    one.phone.refuse = sizes.length === 1 ? 'picture_blurred' : null
    return open(door, bytes)
  }
  await until('the view is there', async () => (await page.getByTestId('shutter').getAttribute('aria-disabled')) === null)
  await screen.tap('shutter')
  await until('the next screen', async () => (await screen.shown()) === 'demarcation')
  assert.deepEqual(sizes, [3060, 720])
  await page.close()
})

test('a_sensor_that_lies_on_its_side_or_never_answers_costs_no_picture', { timeout: 60_000 }, async () => {
  assert.deepEqual((await stillFrom(4080, 3060)).size, [720, 600])
  const began = Date.now()
  assert.deepEqual((await stillFrom(0, 0)).size, [720, 600])
  assert.ok(Date.now() - began < 10_000)
})

test('without_a_camera_the_phones_own_app_takes_the_picture', { timeout: 60_000 }, async () => {
  const { page, screen } = await toCamera(NONE)
  await until('he is told', () => screen.sees('camera-trouble'))
  const input = page.getByTestId('phone-camera')
  // Android opens the camera app for these two together, and for nothing less.
  assert.equal(await input.getAttribute('accept'), 'image/*')
  assert.equal(await input.getAttribute('capture'), 'environment')
  await input.setInputFiles({ name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xd9]) })
  await until('the next screen', async () => (await screen.shown()) === 'demarcation')
  await page.close()
})

test('the_file_of_the_camera_app_is_let_go_at_once', { timeout: 60_000 }, async () => {
  const { page, screen, phone } = await toCamera(NONE)
  phone.refuse = 'picture_unreadable'
  await until('he is told', () => screen.sees('camera-trouble'))
  const input = page.getByTestId('phone-camera')
  await input.setInputFiles({ name: 'no-picture.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') })
  await until('it is refused', () => screen.sees('retake'))
  await screen.tap('retake')
  await until('the choice', async () => (await page.getByTestId('phone-camera').count()) === 1)
  assert.equal(await page.getByTestId('phone-camera').evaluate((one) => one.files.length), 0)
  await page.setViewportSize(PHONE)
  await page.close()
})

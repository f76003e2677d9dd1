// The viewfinder with a real core behind it: the outline lies on the card, the picture takes
// itself or does not, and what is wrong with a picture is said and may be overruled.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openChromium, PHONE } from '../src/chromium.mjs'
import { stepsFor, walk } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { artifacts } from '../src/places.mjs'
import { run, until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SIZES = [PHONE, { width: 1280, height: 800 }]

let system
let browser
const who = () => citizen(3)

before(async () => {
  system = await startSystem('capture')
  browser = await openChromium({ folder: system.folder, bypassCSP: true })
  await browser.page.goto(system.app('carmen'))
})
after(async () => {
  await browser?.close()
  await system?.stop()
})

/** Holds a picture before the camera and opens the camera again. */
async function hold(picture) {
  browser.camera.show(picture)
  await browser.reopenCamera()
}

/** Up to this screen, as everybody goes. */
async function goTo(screen) {
  const { steps } = stepsFor({ browser, who: who(), system, email: 'carmen@ejemplo.mx', campaign: CAMPAIGNS[0].id })
  await walk(browser.screen, steps, { to: screen })
}

/** The picture, changed by ImageMagick. */
function changed(picture, name, ...how) {
  const file = join(system.folder, name)
  run('convert', [picture, '-resize', '1920x1080', ...how, '-quality', '90', file])
  return file
}

/** What must hold on every screen: no serious fault of axe, nothing sticks out, at every size. */
async function lookAt(name) {
  const { page } = browser
  mkdirSync(join(artifacts, 'capture'), { recursive: true })
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(120)
      await page.screenshot({ path: join(artifacts, 'capture', `${name}-${size.width}-${colorScheme}.png`), fullPage: true })
      await page.evaluate(`${AXE}; undefined`)
      const { violations } = await page.evaluate(() => globalThis.axe.run())
      const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      assert.deepEqual(bad.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${name} ${size.width} ${colorScheme}`)
    }
    for (const text of ['100%', '200%']) {
      await page.evaluate((size) => (document.documentElement.style.fontSize = size), text)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.ok(wide <= 0, `${name} sticks out by ${wide} px at ${size.width} px and text of ${text}`)
    }
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(PHONE)
}

test('carmen_switches_the_automatic_off_and_takes_her_picture_with_the_keyboard', { timeout: 300_000 }, async () => {
  const { page, screen } = browser
  await goTo('capture-front')
  await page.getByTestId('automatic').focus()
  await page.keyboard.press('Space')
  assert.equal(await page.getByTestId('automatic').isChecked(), false)
  await hold(who().pictures.front)
  // It is remembered, and a good picture waits for her.
  assert.equal(await page.getByTestId('automatic').isChecked(), false)
  await until('the outline lies on the card', () => page.getByTestId('card-outline').isVisible())
  const points = await page.getByTestId('card-outline').getAttribute('points')
  assert.equal(points.split(' ').length, 4, points)
  await until('it is told once it is good', async () => (await screen.text('advice')).startsWith('Muy bien'))
  await until('a screen reader hears it too', async () => (await page.getByTestId('advice-spoken').textContent()) !== '')
  await page.waitForTimeout(1500)
  assert.equal(await screen.shown(), 'capture-front', 'nothing takes itself')
  await lookAt('viewfinder')
  await page.getByTestId('shutter').focus()
  await page.keyboard.press('Enter')
  await until('the next screen', async () => (await screen.shown()) === 'capture-back')
})

test('carmen_shows_the_wrong_side_and_is_told_to_turn_the_card_over', { timeout: 120_000 }, async () => {
  const { page, screen } = browser
  await hold(who().pictures.front)
  await until('she is told', async () => (await screen.text('advice')).includes('Voltee la credencial'))
  assert.equal(await screen.shown(), 'capture-back')
  await page.getByTestId('automatic').check()
  await hold(who().pictures.back)
  await until('the back took itself', async () => (await screen.shown()) === 'reading', { within: 60_000 })
  // Each field says where it was read.
  assert.match(await page.getByTestId('read-fields').innerText(), /QR/)
  await lookAt('reading-after-capture')
})

test('carmen_holds_up_a_photocopy_is_warned_and_goes_on_all_the_same', { timeout: 120_000 }, async () => {
  const { page, screen } = browser
  await screen.tap('confirm-reading')
  await until('the selfie', async () => (await screen.shown()) === 'capture-selfie')
  await page.reload()
  await goTo('summary')
  await screen.tap('change-front')
  await until('the front again', async () => (await screen.shown()) === 'capture-front')
  const copy = changed(who().pictures.front, 'copy.jpg', '-colorspace', 'Gray')
  await hold(copy)
  await until('she is told', async () => (await screen.text('advice')).includes('original'))
  await screen.tap('shutter')
  await until('it is said why', () => screen.sees('still-findings'))
  assert.match(await screen.text('still-findings'), /fotocopia/)
  await lookAt('still-with-findings')
  await screen.tap('use-anyway')
  await until('the summary', async () => (await screen.shown()) === 'summary')
  assert.match(await screen.text('part-front'), /fotocopia/)
})

// The edges of a phone: rounded corners and bars, the keyboard that lies over the page, dark bars.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { draftAt } from '../../../ui/citizen/test/fake.mjs'
import { androidScript, bridge } from '../src/android.mjs'
import { openChromium, PHONE, playwrightScreen } from '../src/chromium.mjs'
import { newFolder } from '../src/places.mjs'
import { until } from '../src/processes.mjs'

const INSETS = { top: 47, bottom: 34 }
const KEYBOARD = 300

let host
let browser

before(async () => {
  host = await serve()
  browser = await openChromium({ folder: newFolder('edges'), bypassCSP: true })
})
after(async () => {
  await browser?.close()
  host?.stop()
})

/** A phone in this state, on its first screen. */
async function open(name, state, script) {
  Object.assign(host.phoneOf(name).phone, state)
  const page = await browser.page.context().newPage()
  if (script) await page.addInitScript(script)
  await page.goto(`${host.address}/?phone=${name}`)
  const screen = playwrightScreen(page)
  await until('a screen', () => screen.shown())
  return { page, screen }
}

const box = (page, id) => page.getByTestId(id).boundingBox()

test('nothing_that_is_pressed_lies_under_the_bars', { timeout: 60_000 }, async () => {
  const { page, screen } = await open('insets', { stage: 'active' })
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Emulation.setSafeAreaInsetsOverride', { insets: INSETS })
  await until('the bar moves down', async () => (await box(page, 'settings')).y >= INSETS.top)
  await screen.tap('settings')
  await screen.tap('forget')
  await page.getByTestId('forget-sure').check()
  const { y, height } = await box(page, 'forget-confirm')
  assert.ok(y + height <= PHONE.height - INSETS.bottom, `the button ends at ${y + height}`)
  await page.close()
})

test('the_field_that_is_typed_in_is_above_the_keyboard', { timeout: 60_000 }, async () => {
  const { page } = await open('keyboard', { stage: 'email', entidad: 14 })
  await page.getByTestId('email-again').focus()
  // As iOS does it: the page stays as it is, and less of it can be seen.
  await page.evaluate((keyboard) => {
    const height = window.innerHeight - keyboard
    Object.defineProperty(window.visualViewport, 'height', { get: () => height })
    window.visualViewport.dispatchEvent(new Event('resize'))
  }, KEYBOARD)
  await until('it is seen', async () => {
    const { y, height } = await box(page, 'email-again')
    return y >= 0 && y + height <= PHONE.height - KEYBOARD
  })
  // There is room at the end of the page: the last button can be brought above the keyboard too.
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
  const { y, height } = await box(page, 'send-code')
  assert.ok(y + height <= PHONE.height - KEYBOARD, `the button ends at ${y + height}`)
  await page.close()
})

test('the_bars_follow_the_theme_that_was_chosen', { timeout: 60_000 }, async () => {
  Object.assign(host.phoneOf('bars').phone, { stage: 'active' })
  const page = await browser.page.context().newPage()
  await page.addInitScript(androidScript())
  const passed = await bridge(page, host.address, 'bars')
  await page.goto(`${host.address}/?phone=bars`)
  const screen = playwrightScreen(page)
  await until('home', async () => (await screen.shown()) === 'home')
  const told = () => passed.filter(({ cmd }) => cmd === 'set_bars').map(({ payload }) => payload.dark)
  await until('the bars are as the phone likes', () => told().length === 1)
  await screen.tap('settings')
  for (const theme of ['dark', 'light', 'auto']) {
    const before = told().length
    await screen.tap(`theme-${theme}`)
    await until(`the bars for ${theme}`, () => told().length > before)
  }
  assert.deepEqual(told(), [null, true, false, null])
  await page.close()
})

test('a_touch_through_another_app_is_refused_where_it_gives_something_away', { timeout: 60_000 }, async () => {
  const cases = [
    ['code', { stage: 'code' }, true],
    ['email', { stage: 'email' }, false],
    // Consent is given on the summary.
    ['summary', { stage: 'active', draft: draftAt('summary') }, true],
    ['front', { stage: 'active', draft: draftAt('front') }, false],
  ]
  for (const [at, state, guarded] of cases) {
    const name = `guarded-${at}`
    Object.assign(host.phoneOf(name).phone, state)
    const page = await browser.page.context().newPage()
    await page.addInitScript(androidScript())
    const passed = await bridge(page, host.address, name)
    await page.goto(`${host.address}/?phone=${name}`)
    const told = () => passed.findLast(({ cmd }) => cmd === 'set_private_screen')?.payload
    // The first screen may be another one, until the draft is found.
    await until(`the shell is told at ${at}`, () => told()?.private === true && told().guarded === guarded)
    await page.waitForTimeout(500)
    assert.deepEqual(told(), { private: true, guarded })
    await page.close()
  }
})

// Rosa's cheap phone: the screens over Android's bridge, with a processor six times slower. What goes
// to the app is one string, and the page must go on drawing while it goes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { AGENT, androidScript, bridge } from '../src/android.mjs'
import { UPRIGHT } from '../src/camera.mjs'
import { openChromium } from '../src/chromium.mjs'
import { stepsFor, walk, WHOLE_JOB } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { until } from '../src/processes.mjs'
import { record } from '../src/thread.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'

const SLOWER = 6
/** The longest that the page may be frozen: what takes longer is felt (100 ms is the usual limit). */
const FROZEN_MS = 100
/** Slowed down, a page that was just loaded compiles its code, once in its life. */
const WARM_UP_MS = 2000
/** What is measured, whole: some thirty looks. */
const SPAN_MS = 10_000
/** What the core has for a look at one frame, and a little more. */
const LOOKING_MS = 60
/** What the next screen still does once it is there. */
const AFTERWARDS_MS = 1000

let system
before(async () => (system = await startSystem('bridge')))
after(async () => system?.stop())

/** A phone in front of this host, and what goes over its bridge. */
async function openPhone(address, name) {
  const browser = await openChromium({
    folder: system.folder,
    frame: UPRIGHT,
    script: androidScript(),
    userAgent: AGENT,
    bypassCSP: true,
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  })
  const passed = await bridge(browser.page, address, name)
  await browser.page.goto(`${address}/?phone=${name}`)
  return { ...browser, passed }
}

test('three_looks_a_second_and_no_task_longer_than_a_tenth', { timeout: 180_000 }, async (t) => {
  // The core is a pretend one that takes its time: measured is the page and the way out of it.
  const host = await serve()
  host.phoneOf('rosa').phone.looking_ms = LOOKING_MS
  const { page, screen, camera, passed, close } = await openPhone(host.address, 'rosa')
  const looks = () => passed.filter(({ door }) => door === 'look')
  const still = () => passed.find(({ door }) => door === 'put_activation_front')
  try {
    await until('the notice', async () => (await screen.shown()) === 'notice')
    await screen.tap('notice-agreed')
    await screen.tap('accept-notice')
    await until('the camera', async () => (await screen.shown()) === 'activation-front')
    // A card lies before the camera all the time: its frames are the heavy ones.
    camera.show(citizen(3).pictures.front)
    await page.reload()
    await until('it looks', () => looks().length > 2)
    const shutter = await page.getByTestId('shutter').boundingBox()
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    await page.waitForTimeout(WARM_UP_MS)

    let end = await record(cdp)
    const [before, began] = [looks().length, performance.now()]
    await page.waitForTimeout(SPAN_MS)
    const [count, span] = [looks().length - before, performance.now() - began]
    const looking = await end()
    // While the page waits for its turn on this machine, a phone would have gone on.
    const rate = count / ((span - looking.waited) / 1000)
    const size = Math.round(looks().at(-1).length / 1024)
    t.diagnostic(`${rate.toFixed(1)} looks a second (${(count / (span / 1000)).toFixed(1)} by the clock), ${size} KB a message, longest of ${looking.count} tasks ${looking.longest.toFixed(0)} ms`)

    // The still is larger, and is sent once. Next to nothing of the test runs in the page meanwhile.
    const expression = `document.querySelector('[data-testid="screen-activation-front"]') === null`
    const left = async () => (await cdp.send('Runtime.evaluate', { expression })).result.value
    end = await record(cdp)
    await page.touchscreen.tap(shutter.x + shutter.width / 2, shutter.y + shutter.height / 2)
    await until('the next screen', left)
    await page.waitForTimeout(AFTERWARDS_MS)
    const taking = await end()
    const { bytes, inPieces } = still()
    t.diagnostic(`a still of ${Math.round(bytes / 1024)} KB in ${inPieces} pieces, longest of ${taking.count} tasks ${taking.longest.toFixed(0)} ms`)

    // A measure that sees nothing would find everything good.
    end = await record(cdp)
    await page.evaluate(() => {
      for (const until = performance.now() + 2000; performance.now() < until; );
    })
    await page.waitForTimeout(200)
    const frozen = await end()
    assert.ok(frozen.longest > FROZEN_MS, `a page that is frozen for two seconds is seen: ${frozen.longest.toFixed(0)} ms`)

    assert.ok([...looks(), still()].every(({ picture }) => picture), 'pictures go as text')
    assert.ok(looks().at(-1).bytes > 50_000, 'a frame with a card in it')
    assert.ok(bytes > 150_000 && inPieces > 1, `a still of ${bytes} bytes in ${inPieces} pieces`)
    assert.ok(rate >= 3, `${rate.toFixed(1)} looks a second`)
    assert.ok(looking.longest <= FROZEN_MS, `a look froze the page for ${looking.longest.toFixed(0)} ms`)
    assert.ok(taking.longest <= FROZEN_MS, `the still froze the page for ${taking.longest.toFixed(0)} ms`)
  } finally {
    await close()
    host.stop()
  }
})

test('rosa_gives_her_apoyo_over_the_bridge', { timeout: 400_000 }, async () => {
  const browser = await openPhone(new URL(system.app('rosa')).origin, 'rosa')
  try {
    const campaign = CAMPAIGNS[0].id
    const { steps } = stepsFor({ browser, who: citizen(3), system, email: 'rosa@ejemplo.mx', campaign })
    const passed = await walk(browser.screen, steps, { to: 'receipt' })
    assert.deepEqual(passed.filter((name) => name !== 'sending'), WHOLE_JOB)
    await until('her apoyo is there', async () => (await system.tally(campaign)).total.received === 1)
    const screens = browser.passed.filter(({ cmd }) => cmd === 'set_private_screen').map(({ payload }) => payload)
    assert.ok(screens.some((one) => one.private && one.guarded), 'code and summary are guarded')
    assert.ok(browser.passed.filter(({ door }) => door === 'put_picture').every(({ picture }) => picture))
    assert.deepEqual(browser.faults, [])
  } finally {
    await browser.close()
  }
})

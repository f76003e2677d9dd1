// Ximena holds her phone upright, as everybody does: the whole job with the pictures of such a camera,
// the phone's own "back" tried at each step, and letters of twice the size. (Sheets: sheets.test.mjs.)
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { backFrom, pressBack, SHEETS } from '../src/back.mjs'
import { SMALL_UPRIGHT, UPRIGHT } from '../src/camera.mjs'
import { openChromium } from '../src/chromium.mjs'
import { stepsFor, walk, WHOLE_JOB } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'

let system
before(async () => (system = await startSystem('upright')))
after(async () => system?.stop())

/** Opens a sheet, and closes it with "back": the screen beneath stays. */
async function backClosesTheSheet({ page, screen }, name) {
  const [button, sheet] = SHEETS[name]
  await screen.tap(button)
  await until(`the sheet ${sheet}`, () => screen.sees(sheet))
  await pressBack(page)
  await until(`${sheet} is closed`, async () => !(await screen.sees(sheet)))
  assert.equal(await screen.shown(), name)
}

/** Presses "back" on this screen and goes on again. */
async function backAndOn({ page, screen }, name, { to, on, sheet }) {
  await pressBack(page)
  if (sheet) {
    await until(`the sheet ${sheet}`, () => screen.sees(sheet))
    await pressBack(page)
    await until(`${sheet} is closed`, async () => !(await screen.sees(sheet)))
  }
  await until(`back from ${name} leads to ${to}`, async () => (await screen.shown()) === to)
  await on?.()
  await until(`and on to ${name}`, async () => (await screen.shown()) === name)
}

/** By how much the screen sticks out when the phone's letters are twice as large. */
async function tooWideAt200(page) {
  return page.evaluate(() => {
    const { style } = document.documentElement
    style.fontSize = '200%'
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
    style.removeProperty('font-size')
    return wide
  })
}

test('ximena_gives_her_apoyo_upright_and_back_leads_a_step_back', { timeout: 500_000 }, async () => {
  const browser = await openChromium({ folder: system.folder, frame: UPRIGHT })
  const { page, screen } = browser
  try {
    await page.goto(system.app('ximena'))
    const who = citizen(4)
    const campaign = CAMPAIGNS[0].id
    const { steps, notes } = stepsFor({ browser, who, system, email: 'ximena@ejemplo.mx', campaign })
    const backs = backFrom({ screen, who, campaign })
    const tried = []
    const arrived = async (name) => {
      // A step that is shown again after "back" is tried once.
      if (tried.includes(name)) return
      tried.push(name)
      assert.ok((await tooWideAt200(page)) <= 0, `${name} sticks out with letters of twice the size`)
      if (SHEETS[name]) await backClosesTheSheet(browser, name)
      if (backs[name]) await backAndOn(browser, name, backs[name])
    }
    const passed = await walk(screen, steps, { to: 'receipt', arrived })
    assert.deepEqual(passed.filter((name) => name !== 'sending'), WHOLE_JOB)
    assert.deepEqual(notes.anyway, [], 'good pictures are taken without asking twice')
    assert.deepEqual(Object.keys(backs).filter((name) => !tried.includes(name)), [])
    await until('her apoyo is there', async () => (await system.tally(campaign)).total.received === 1)
    // The last screen: the settings, their sheet, and back to where she was.
    await screen.tap('to-home')
    await screen.tap('settings')
    await screen.tap('forget')
    await until('the sheet', () => screen.sees('forget-sheet'))
    await pressBack(page)
    await until('it is closed', async () => !(await screen.sees('forget-sheet')))
    assert.equal(await screen.shown(), 'settings')
    await pressBack(page)
    await until('home', async () => (await screen.shown()) === 'home')
    assert.deepEqual(browser.faults, [])
  } finally {
    await browser.close()
  }
})

test('a_phone_that_gives_720_lines_upright_does_the_job_too', { timeout: 400_000 }, async (t) => {
  const browser = await openChromium({ folder: system.folder, frame: SMALL_UPRIGHT })
  try {
    await browser.page.goto(system.app('paco'))
    const campaign = CAMPAIGNS[1].id
    const { steps, notes } = stepsFor({ browser, who: citizen(5), system, email: 'paco@ejemplo.mx', campaign })
    const passed = await walk(browser.screen, steps, { to: 'receipt' })
    assert.deepEqual(passed.filter((name) => name !== 'sending'), WHOLE_JOB)
    t.diagnostic(`asked before going on: ${notes.anyway.length}`)
    await until('his apoyo is there', async () => (await system.tally(campaign)).total.received === 1)
  } finally {
    await browser.close()
  }
})

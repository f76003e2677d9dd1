// Other ways through the same job: with the keyboard alone, from files, in English.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openChromium } from '../src/chromium.mjs'
import { stepsFor, walk } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { root } from '../src/places.mjs'
import { until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'

let system
let browser

before(async () => {
  system = await startSystem('choices')
  browser = await openChromium({ folder: system.folder })
})
after(async () => {
  await browser?.close()
  await system?.stop()
})

/** Goes to an element with the tab key, as somebody does who uses no mouse. */
async function tabTo(page, id) {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.dataset.testid === wanted, id)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the tab key does not reach ${id}`)
}

test('tomas_cannot_draw_and_signs_with_the_keyboard_alone', { timeout: 300_000 }, async () => {
  const { page, screen } = browser
  await page.goto(system.app('tomas'))
  const campaign = CAMPAIGNS[0].id
  const who = citizen(1)
  const { steps } = stepsFor({ browser, who, system, email: 'tomas@ejemplo.mx', campaign })
  const choose = (part) => async () => {
    await page.getByTestId('choose-file').setInputFiles(who.pictures[part])
    await until('the picture is looked at', async () => (await screen.sees('use-anyway')) || !(await screen.sees('still')))
    if (await screen.sees('use-anyway')) await screen.tap('use-anyway')
  }
  // His camera is broken: every picture comes from a file.
  Object.assign(steps, {
    'activation-front': choose('front'),
    'capture-front': choose('front'),
    'capture-back': choose('back'),
    'capture-selfie': choose('selfie'),
    async signature() {
      await tabTo(page, 'signature-type')
      await page.keyboard.press('Enter')
      await tabTo(page, 'signature-typed')
      await page.keyboard.type('Tomás Prueba Ejemplo')
      await tabTo(page, 'signature-done')
      await page.keyboard.press('Enter')
    },
    async summary() {
      await tabTo(page, 'consent')
      await page.keyboard.press('Space')
      await tabTo(page, 'send')
      await page.keyboard.press('Enter')
    },
  })
  await walk(screen, steps, { to: 'receipt' })
  await until('his apoyo is there', async () => (await system.tally(campaign)).total.received === 1)
})

test('emily_reads_every_screen_in_english', { timeout: 300_000 }, async () => {
  const { page, screen } = browser
  await page.goto(system.app('emily'))
  await until('a screen', () => screen.shown())
  await screen.tap('language-en')
  const who = citizen(2)
  const spanish = spanishOnly()
  const found = []
  const arrived = async (name) => {
    await until(`${name} in English`, () => page.evaluate(() => document.documentElement.lang.startsWith('en')))
    const words = await page.evaluate(() => document.body.innerText.replace(/\s+/g, ' '))
    found.push(...spanish.filter((sentence) => words.includes(sentence)).map((sentence) => `${name}: ${sentence}`))
  }
  const { steps } = stepsFor({ browser, who, system, email: 'emily@ejemplo.mx', campaign: CAMPAIGNS[1].id })
  await walk(screen, steps, { to: 'receipt', arrived })
  assert.deepEqual(found, [])
})

/** Spanish sentences of the catalogue that are not English ones too. */
function spanishOnly() {
  const folder = join(root, 'ui/design/strings')
  const names = readdirSync(folder).filter((name) => name.endsWith('.es-MX.json'))
  assert.ok(names.length > 1, 'the catalogue has files')
  const sentences = names.flatMap((name) => {
    const spanish = strings(JSON.parse(readFileSync(join(folder, name), 'utf8')))
    const english = new Set(strings(JSON.parse(readFileSync(join(folder, name.replace('es-MX', 'en')), 'utf8'))))
    return spanish.filter((sentence) => !english.has(sentence))
  })
  return sentences.filter((sentence) => sentence.length > 9 && !sentence.includes('{'))
}

function strings(value) {
  return typeof value === 'string' ? [value] : Object.values(value).flatMap(strings)
}

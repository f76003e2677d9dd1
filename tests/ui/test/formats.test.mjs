// Pictures in the formats of other cameras: what this browser can draw becomes a JPEG; of the rest
// the app says how to take another.
//
// Chromium draws AVIF, which comes in the same container as HEIC, and cannot draw HEIC. Apple's own
// engine draws HEIC; it is not here, and what it does with one is not tried.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openChromium } from '../src/chromium.mjs'
import { stepsFor, walk } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { root } from '../src/places.mjs'
import { until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'

const PICTURES = join(root, 'tests/ui/pictures')
const TOLD = {
  'es-MX': /Es una foto HEIC.*Configuración › Cámara › Formatos › «Más compatible»/,
  en: /It is a HEIC picture.*Settings › Camera › Formats › “Most Compatible”/,
}

let system
let browser

before(async () => {
  system = await startSystem('formats')
  browser = await openChromium({ folder: system.folder })
})
after(async () => {
  await browser?.close()
  await system?.stop()
})

/** Up to the first picture, and one that was chosen. */
async function choose(person, language, file) {
  const { page, screen } = browser
  await page.goto(system.app(person))
  await until('a screen', () => screen.shown())
  if (language === 'en') await screen.tap('language-en')
  const { steps } = stepsFor({ browser, who: citizen(3), system, email: `${person}@ejemplo.mx`, campaign: CAMPAIGNS[0].id })
  await walk(screen, steps, { to: 'activation-front' })
  await page.getByTestId('choose-file').setInputFiles(join(PICTURES, file))
  await until('the picture is looked at', () => screen.sees('retake'))
  return (await screen.text('still')).replace(/\s+/g, ' ')
}

for (const [language, told] of Object.entries(TOLD)) {
  test(`rosa_chooses_a_heic_picture_and_is_told_how_to_take_another_in_${language}`, { timeout: 120_000 }, async () => {
    assert.match(await choose(`rosa-${language.toLowerCase()}`, language, 'photo.heic'), told)
    // It was not opened, so it cannot be used all the same.
    assert.equal(await browser.screen.sees('use-anyway'), false)
  })
}

test('an_avif_picture_is_drawn_by_the_browser_and_looked_at_as_a_jpeg', { timeout: 120_000 }, async () => {
  const said = await choose('rosa-avif', 'es-MX', 'photo.avif')
  // It is no card, but it was opened: the core saw its pixels.
  assert.doesNotMatch(said, /HEIC|abrir/)
  assert.equal(await browser.screen.sees('use-anyway'), true)
})

// Takes the pictures of every screen into docs/screens: phone and laptop, light and dark.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UPRIGHT } from './camera.mjs'
import { openChromium, PHONE } from './chromium.mjs'
import { stepsFor, walk, WHOLE_JOB } from './job.mjs'
import { citizen } from './people.mjs'
import { artifacts, root } from './places.mjs'
import { run } from './processes.mjs'
import { CAMPAIGNS, startSystem } from './system.mjs'

const folder = join(root, 'docs/screens')
const SIZES = { 360: PHONE, 1280: { width: 1280, height: 800 } }

mkdirSync(folder, { recursive: true })
readdirSync(folder).filter((name) => name.endsWith('.png')).forEach((name) => rmSync(join(folder, name)))

const system = await startSystem('screens')
// The camera as most people hold it.
const browser = await openChromium({ folder: system.folder, frame: UPRIGHT, reducedMotion: 'reduce' })
const { page, screen } = browser

/** One screen, in every size and light. */
async function portray(name) {
  for (const [width, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.waitForTimeout(150)
      save(await page.screenshot({ fullPage: true }), `${name}-${width}-${colorScheme}.png`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(PHONE)
}

/** Few colours are enough for a screen, and a fifth of the bytes. */
function save(png, name) {
  const raw = join(artifacts, 'screen.png')
  writeFileSync(raw, png)
  const file = join(folder, name)
  for (const colors of [128, 48, 20]) {
    run('convert', [raw, '-strip', '-dither', 'None', '-colors', String(colors), '-define', 'png:compression-level=9', '-define', 'png:exclude-chunks=date,time', `PNG8:${file}`])
    if (statSync(file).size <= 60 * 1024) break
  }
}

const taken = new Set()
const arrived = async (name) => {
  // "sending" is over before it can be portrayed calmly.
  if (taken.has(name) || name === 'sending') return
  taken.add(name)
  // With what the camera sees, where there is one.
  const opening = page.locator('[data-testid="shutter"][aria-disabled]')
  if (await screen.sees('shutter')) await opening.waitFor({ state: 'detached' })
  await portray(name)
}
await page.goto(system.app('lupita'))
const { steps } = stepsFor({ browser, who: citizen(0), system, email: 'lupita@ejemplo.mx', campaign: CAMPAIGNS[0].id })
await walk(screen, steps, { to: 'receipt', arrived })

// Beyond the job itself.
await page.goto(system.app('lupita'))
await screen.tap('to-apoyos').catch(() => {})
await arrived(await screen.shown())
await page.goto(system.app('lupita'))
await screen.tap('settings')
await arrived(await screen.shown())
for (const [name, address] of [['tally', `${system.server}/tally/${CAMPAIGNS[0].id}`], ['outbox', `${system.server}/demo/outbox`]]) {
  await page.goto(address)
  await portray(name)
}

await browser.close()
await system.stop()
const missing = WHOLE_JOB.filter((name) => !taken.has(name))
if (missing.length > 0) throw new Error(`not portrayed: ${missing.join(', ')}`)
console.log(`${readdirSync(folder).length} pictures in docs/screens`)

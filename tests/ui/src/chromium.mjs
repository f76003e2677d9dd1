// Chromium at the size of a phone, with a fake camera.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { film } from './camera.mjs'

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const PHONE = { width: 360, height: 740 }

/**
 * Opens a browser with one page; everything that goes wrong in the page is in `faults`. `frame` is
 * the size of the camera's pictures, `script` runs before every page.
 */
export async function openChromium({ folder, viewport = PHONE, locale = 'es-MX', frame, script, ...rest }) {
  const camera = film(folder, frame)
  const profile = mkdtempSync(join(folder, 'chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.APOYO_CHROMIUM ?? '/usr/bin/chromium',
    viewport,
    locale,
    args: [
      ...QUIET,
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${camera.file}`,
    ],
    ...rest,
  })
  if (script) await context.addInitScript(script)
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(30_000)
  const faults = []
  page.on('pageerror', (fault) => faults.push(String(fault)))
  page.on('console', (said) => said.type() === 'error' && faults.push(said.text()))
  return {
    page,
    camera,
    faults,
    /** The film is opened when the camera is: a page that was reloaded sees the new picture, and
     * the next camera that is opened sees the desk again. */
    async reopenCamera() {
      await page.reload()
      const live = () => [...document.querySelectorAll('video')].some((one) => one.readyState >= 2)
      // The app may have taken its picture and left the camera before we looked.
      await page.waitForFunction(live, null, { timeout: 10_000 }).catch(() => {})
      camera.rest()
    },
    /** The other pages, the newest first; false where there are none. */
    others() {
      const others = context.pages().filter((one) => one !== page)
      return others.length > 0 && others.reverse()
    },
    screen: playwrightScreen(page),
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** The app's screen as `job.mjs` uses it. */
export function playwrightScreen(page) {
  const at = (id) => page.getByTestId(id).filter({ visible: true }).first()
  return {
    /** The name of the screen that is shown, or null between two. */
    shown: () =>
      page.evaluate(() => {
        const screens = [...document.querySelectorAll('[data-testid^="screen-"]')]
        const shown = screens.filter((one) => one.getClientRects().length > 0).at(-1)
        return shown ? shown.dataset.testid.slice('screen-'.length) : null
      }),
    sees: (id) => at(id).isVisible(),
    tap: (id) => at(id).click(),
    type: (id, text) => at(id).fill(text),
    text: (id) => at(id).innerText(),
    choose: (id, file) => page.getByTestId(id).first().setInputFiles(file),
    async draw(id, strokes) {
      const box = await at(id).boundingBox()
      const place = ([x, y]) => [box.x + x * box.width, box.y + y * box.height]
      for (const [first, ...others] of strokes) {
        await page.mouse.move(...place(first))
        await page.mouse.down()
        for (const point of others) await page.mouse.move(...place(point), { steps: 4 })
        await page.mouse.up()
      }
    },
  }
}

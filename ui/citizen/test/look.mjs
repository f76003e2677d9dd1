/**
 * Walks through every screen on a pretend phone, takes a picture of each in `test/seen/`, and asks
 * axe about each: `npm run build && npm run look [-- width [height [light|dark [language]]]]`.
 * Exits 1 when axe finds something serious.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { serve } from './fake-host.mjs'

const [width = '360', height = '740', scheme = 'light', language = 'es-MX'] = process.argv.slice(2)
const OUT = fileURLToPath(new URL('./seen/', import.meta.url))
mkdirSync(OUT, { recursive: true })
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const host = await serve()
const { phone } = host.phoneOf('demo')
phone.language = language
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
// axe is put into the page as a script, which the page's own policy forbids to everybody else.
const context = await browser.newContext({
  viewport: { width: Number(width), height: Number(height) },
  colorScheme: scheme,
  bypassCSP: true,
  permissions: ['camera'],
})
// Letters twice as large, as a person sets them in the phone: `TEXT=200 npm run look`.
const text = Number(process.env.TEXT ?? 100)
if (text !== 100)
  await context.addInitScript((percent) => {
    addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = `${percent * 1.0625}%`))
  }, text)
const page = await context.newPage()
let bad = 0
page.on('console', (message) => {
  if (message.type() === 'error' && !message.text().includes('409')) console.log('console:', message.text())
})
page.on('pageerror', (error) => (console.log('page error:', error.message), bad++))

let nth = 0
async function see(name) {
  nth += 1
  await page.waitForTimeout(250)
  const file = `${OUT}${width}${text === 100 ? '' : `x${text}`}-${scheme}-${String(nth).padStart(2, '0')}-${name}.png`
  writeFileSync(file, await page.screenshot({ fullPage: true }))
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (wide > 0) {
    console.log(`${name}: ${wide} px too wide`)
    bad++
  }
  await page.evaluate(axe)
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
  for (const one of found.violations) {
    const serious = one.impact === 'serious' || one.impact === 'critical'
    if (serious) bad++
    console.log(`${name}: ${one.impact} ${one.id}: ${one.help}\n    ${one.nodes.map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).slice(0, 4).join('\n    ')}`)
  }
}
const id = (name) => page.getByTestId(name)
const screen = (name) => id(`screen-${name}`).waitFor()

await page.goto(host.address)
await screen('notice')
await see('notice')
await id('accept-notice').click()
await see('notice-reminded')
await id('whole-notice').click()
await id('whole-notice-sheet').waitFor()
await see('notice-whole')
await page.keyboard.press('Escape')
await id('notice-agreed').check()
await id('accept-notice').click()
await screen('activation-front')
await page.waitForTimeout(900)
await see('activation-front')
await id('shutter').click()
await screen('demarcation')
await id('entidad').selectOption('14')
await id('seccion').fill('0001')
await see('demarcation')
await id('demarcation-done').click()
await screen('email')
await id('email').fill('lupita@ejemplo.mx')
await id('email-again').fill('lupita@ejemplo.m')
await id('send-code').click()
await id('problem').waitFor()
await see('email-differs')
await id('email-again').fill('lupita@ejemplo.mx')
await id('send-code').click()
await screen('code')
await id('code').pressSequentially('aaaaaaaa')
await id('complete').click()
await id('problem').waitFor()
await see('code-wrong')
await id('code').fill('')
await id('code').pressSequentially('7k2mq9rx')
await id('complete').click()
await screen('home')
await see('home-first')
await id('to-campaigns').click()
await screen('campaigns')
await id('campaign-agua-para-todas').waitFor()
await see('campaigns')
await id('campaign-search').fill('nada de esto')
await id('campaigns-empty').waitFor()
await see('campaigns-empty')
phone.offline = true
await id('campaign-search').fill('')
await id('campaigns-offline').waitFor()
await see('campaigns-offline')
phone.offline = false
await id('campaign-prueba-ejemplo-senado').click()
await screen('campaign')
await id('give-apoyo').waitFor()
await see('campaign')
await id('give-apoyo').click()
await screen('model')
await see('model')
await id('model-G').click()
await screen('capture-front')
await page.waitForTimeout(900)
await see('capture-front')
await id('shutter').click()
await screen('capture-back')
await page.waitForTimeout(900)
await see('capture-back')
phone.refuse = 'picture_blurred'
await id('shutter').click()
await id('use-anyway').waitFor()
await see('capture-back-refused')
phone.refuse = null
await id('retake').click()
phone.good = true
await screen('reading')
phone.good = false
await id('more-fields').click()
await id('typed-curp').fill('PUER')
await id('typed-save').click()
await page.waitForTimeout(200)
await see('reading')
await id('confirm-reading').click()
await screen('capture-selfie')
await page.waitForTimeout(900)
await see('capture-selfie')
await id('shutter').click()
await screen('signature')
phone.unsigned = true
await id('signature-done').click()
await id('problem').waitFor()
await see('signature-empty')
phone.unsigned = false
const pad = await id('signature-pad').boundingBox()
await page.mouse.move(pad.x + 30, pad.y + 120)
await page.mouse.down()
for (let at = 0; at <= 60; at++)
  await page.mouse.move(pad.x + 30 + (pad.width - 60) * (at / 60), pad.y + 110 + 50 * Math.sin(at / 4) * Math.cos(at / 11))
await page.mouse.up()
await see('signature-drawn')
await id('signature-type').click()
await id('signature-typed').fill('Guadalupe Prueba Ejemplo')
await see('signature-typed')
await id('signature-draw').click()
await id('signature-done').click()
await screen('summary')
await page.waitForTimeout(400)
await id('send').click()
await id('problem').waitFor()
await see('summary')
await id('discard').click()
await id('discard-sheet').waitFor()
await see('discard')
await page.keyboard.press('Escape')
await id('consent').check()
phone.offline = true
await id('send').click()
await screen('sending')
await see('waiting')
phone.offline = false
phone.slow = 800
phone.apoyos[0].queue.next_try_in_s = 0
await page.waitForTimeout(1800)
await see('sending')
await screen('receipt')
await see('receipt')
await id('show-requester').click()
phone.status = { apoyo: '1', campaign: '1', status: 'not_counted', reasons: ['FUERA_DE_AMBITO', 'CREDENCIAL_VENCIDA'], changed_at: new Date().toISOString() }
await id('refresh-statuses').click()
await page.waitForTimeout(400)
await see('receipt-not-counted')
await id('to-home').click()
await screen('home')
phone.apoyos.push({ ...phone.apoyos[0], apoyo: 'f'.repeat(32), title: 'Agua potable en todas las escuelas públicas', queue: { state: 'refused', problem: { code: 'campaign_closed' } } })
phone.apoyos.push({ ...phone.apoyos[0], apoyo: 'e'.repeat(32), queue: { state: 'receipted', folio: '0000-00AC-D', received_at: new Date().toISOString(), status: { status: 'preliminary', reasons: [] } } })
await page.reload()
await screen('home')
await see('home')
await id('to-apoyos').click()
await screen('apoyos')
await see('apoyos')
await id(`apoyo-${'f'.repeat(32)}`).click()
await screen('sending')
await see('refused')
await id('remove').click()
await see('remove')
await page.keyboard.press('Escape')
await id('to-home').click()
await id('settings').click()
await screen('settings')
await see('settings')
await id('forget').click()
await id('forget-sure').check()
await see('forget')
await id('forget-confirm').click()
await screen('notice')

// Without a camera: every way out is named.
const blind = await browser.newContext({ viewport: { width: Number(width), height: Number(height) }, colorScheme: scheme, bypassCSP: true })
await blind.addInitScript(() => {
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: () => Promise.reject(new DOMException('no', 'NotAllowedError')) } })
})
const other = await blind.newPage()
await other.goto(`${host.address}/?phone=blind`)
await other.getByTestId('notice-agreed').check()
await other.getByTestId('accept-notice').click()
await other.getByTestId('camera-trouble').waitFor()
writeFileSync(`${OUT}${width}-${scheme}-99-camera-denied.png`, await other.screenshot({ fullPage: true }))

await browser.close()
host.stop()
console.log(bad === 0 ? `${nth} screens, nothing serious` : `${bad} things to mend`)
process.exit(bad === 0 ? 0 : 1)

// Dates are those of the campaign's place, on a phone anywhere, in both languages, and fit 360 px.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { openChromium } from '../src/chromium.mjs'
import { tooWide } from '../src/looking.mjs'
import { artifacts, newFolder } from '../src/places.mjs'
import { until } from '../src/processes.mjs'

const ZONES = ['America/Cancun', 'America/Tijuana', 'America/Los_Angeles', 'Europe/Madrid']
/**
 * One campaign closes at midnight of Mexico City, one says its own zone and closes at midnight of
 * Tijuana; the receipt is of a minute before midnight in Mexico City.
 */
const SAID = {
  'es-MX': {
    'agua-para-todas': '19 de diciembre de 2026 (hora del centro de México)',
    'playas-limpias': '9 de diciembre de 2026 (hora de Baja California)',
    received: '28 de noviembre de 2026 a las 11:59 p.m. (hora del centro de México)',
  },
  en: {
    'agua-para-todas': 'December 19, 2026 (Mexico City time)',
    'playas-limpias': 'December 9, 2026 (Baja California time)',
    received: 'November 28, 2026 at 11:59 PM (Mexico City time)',
  },
}
const ID = '1'.padStart(32, '0')

const pictures = join(artifacts, 'dates')

let host
before(async () => {
  mkdirSync(pictures, { recursive: true })
  host = await serve()
})
after(() => host?.stop())

for (const zone of ZONES) {
  test(`on_a_phone_in_${zone.split('/')[1].toLowerCase()}_a_date_is_mexicos`, { timeout: 120_000 }, async () => {
    const browser = await openChromium({ folder: newFolder('dates'), timezoneId: zone })
    const { page, screen } = browser
    try {
      for (const [language, { received, ...campaigns }] of Object.entries(SAID)) {
        const name = `${zone}-${language}`
        const look = async (what) => {
          assert.deepEqual(await tooWide(page), [])
          await page.screenshot({ path: join(pictures, `${zone.split('/')[1]}-${language}-${what}.png`), fullPage: true })
        }
        const { phone } = host.phoneOf(name)
        const queue = { state: 'receipted', folio: '0000-00AB-C', received_at: '2026-11-29T05:59:59Z', status: null }
        Object.assign(phone, { stage: 'active', language })
        phone.apoyos = [{ apoyo: ID, campaign: 'otra', title: 'Agua', requester: 'Colectivo', queued_at: '2026-11-29T05:30:00Z', may_cancel: false, may_export: false, queue }]
        await page.goto(`${host.address}/?phone=${encodeURIComponent(name)}`)
        assert.equal(await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone), zone)
        await screen.tap(`apoyo-${ID}`)
        await until('the receipt says when', async () => (await screen.text('screen-receipt')).includes(received))
        await look('receipt')
        await page.goBack()
        for (const [campaign, closes] of Object.entries(campaigns)) {
          await screen.tap('to-campaigns')
          await until('the list says the last day', async () => (await screen.text(`campaign-${campaign}`)).includes(closes))
          await look('campaigns')
          await screen.tap(`campaign-${campaign}`)
          await until('and the campaign', async () => (await screen.text('screen-campaign')).includes(closes))
          await look(campaign)
          await page.goBack()
          await page.goBack()
        }
      }
    } finally {
      await browser.close()
    }
  })
}

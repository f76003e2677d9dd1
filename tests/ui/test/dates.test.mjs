// Dates are those of the campaign's place, on a phone anywhere, in both languages, and fit 360 px.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from '../../../ui/citizen/test/fake-host.mjs'
import { openChromium } from '../src/chromium.mjs'
import { tooWide } from '../src/looking.mjs'
import { newFolder } from '../src/places.mjs'
import { until } from '../src/processes.mjs'

const ZONES = ['America/Cancun', 'America/Tijuana', 'America/Los_Angeles', 'Europe/Madrid']
/** The campaign closes at midnight of Mexico City; the receipt is of a minute before midnight there. */
const SAID = {
  'es-MX': ['19 de diciembre de 2026 (hora del centro de México)', '28 de noviembre de 2026 a las 11:59 p.m. (hora del centro de México)'],
  en: ['December 19, 2026 (Mexico City time)', 'November 28, 2026 at 11:59 PM (Mexico City time)'],
}
const ID = '1'.padStart(32, '0')

let host
before(async () => (host = await serve()))
after(() => host?.stop())

for (const zone of ZONES) {
  test(`on_a_phone_in_${zone.split('/')[1].toLowerCase()}_a_date_is_mexicos`, { timeout: 120_000 }, async () => {
    const browser = await openChromium({ folder: newFolder('dates'), timezoneId: zone })
    const { page, screen } = browser
    try {
      for (const [language, [closes, received]] of Object.entries(SAID)) {
        const name = `${zone}-${language}`
        const { phone } = host.phoneOf(name)
        const queue = { state: 'receipted', folio: '0000-00AB-C', received_at: '2026-11-29T05:59:59Z', status: null }
        Object.assign(phone, { stage: 'active', language })
        phone.apoyos = [{ apoyo: ID, campaign: 'otra', title: 'Agua', requester: 'Colectivo', queued_at: '2026-11-29T05:30:00Z', may_cancel: false, may_export: false, queue }]
        await page.goto(`${host.address}/?phone=${encodeURIComponent(name)}`)
        assert.equal(await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone), zone)
        await screen.tap(`apoyo-${ID}`)
        await until('the receipt says when', async () => (await screen.text('screen-receipt')).includes(received))
        assert.deepEqual(await tooWide(page), [])
        await page.goBack()
        await screen.tap('to-campaigns')
        await until('the list says the last day', async () => (await screen.text('campaign-agua-para-todas')).includes(closes))
        assert.deepEqual(await tooWide(page), [])
        await screen.tap('campaign-agua-para-todas')
        await until('and the campaign', async () => (await screen.text('screen-campaign')).includes(closes))
        assert.deepEqual(await tooWide(page), [])
      }
    } finally {
      await browser.close()
    }
  })
}

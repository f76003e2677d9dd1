import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { closesAtMidnight, dayAndTimeIn, dayIn, lastDayIn, lastMinuteIn } from '@apoyo/design/dates'
import { lastDay, speak } from '@apoyo/design/i18n.svelte'
import { zoneKey, zoneOf } from '@apoyo/design/zones'
import ts from 'typescript'
import { afterEach, describe, expect, it } from 'vitest'

const PHONES = ['America/Cancun', 'America/Tijuana', 'America/Los_Angeles', 'Europe/Madrid', 'Pacific/Kiritimati', 'UTC']

const MEXICO = 'America/Mexico_City'
/** When something closes, in which zone, and the last day on which it is open. */
const LAST_DAYS: [string, string, string, string][] = [
  ['midnight in Mexico City', '2026-12-01T06:00:00Z', MEXICO, '30 de noviembre de 2026'],
  ['the same instant with its offset', '2026-12-01T00:00:00-06:00', MEXICO, '30 de noviembre de 2026'],
  ['midnight of UTC is the evening before', '2026-12-01T00:00:00Z', MEXICO, '30 de noviembre de 2026'],
  ['one second after midnight', '2026-12-01T06:00:01Z', MEXICO, '1 de diciembre de 2026'],
  ['the end of a year', '2027-01-01T06:00:00Z', MEXICO, '31 de diciembre de 2026'],
  ['a leap day', '2028-03-01T06:00:00Z', MEXICO, '29 de febrero de 2028'],
  // Mexico has had no summer time since 2022; older tables would make this 2 July.
  ['a midnight in summer', '2027-07-02T06:00:00Z', MEXICO, '1 de julio de 2027'],
  ['Cancún', '2026-12-01T05:00:00Z', 'America/Cancun', '30 de noviembre de 2026'],
  ['Sonora', '2026-12-01T07:00:00Z', 'America/Hermosillo', '30 de noviembre de 2026'],
  ['Tijuana in winter', '2026-12-01T08:00:00Z', 'America/Tijuana', '30 de noviembre de 2026'],
  ['Tijuana in summer', '2027-07-02T07:00:00Z', 'America/Tijuana', '1 de julio de 2027'],
  ['Ciudad Juárez', '2026-12-01T07:00:00Z', 'America/Ciudad_Juarez', '30 de noviembre de 2026'],
]

const DATES = ts.transpileModule(readFileSync(fileURLToPath(new URL('../../design/dates.ts', import.meta.url)), 'utf8'), {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
}).outputText

/** The output in this time zone, from a process of its own, because a zone applies to a whole process. */
function onPhone(zone: string, code: string): string {
  const source = `
    const dates = await import(${JSON.stringify(`data:text/javascript,${encodeURIComponent(DATES)}`)})
    console.log(JSON.stringify(${code}))`
  const env = { ...process.env, TZ: zone }
  return execFileSync(process.execPath, ['--input-type=module', '-e', source], { env, encoding: 'utf8' }).trim()
}

afterEach(() => speak('es-MX'))

describe('the last day', () => {
  it.each(LAST_DAYS)('%s', (_, closes, zone, day) => {
    expect(lastDayIn(closes, zone, 'es-MX')).toBe(day)
  })

  it.each(PHONES)('is the same on a phone in %s', (zone) => {
    const told = JSON.parse(
      onPhone(zone, `{
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        days: ${JSON.stringify(LAST_DAYS)}.map(([, closes, zone]) => dates.lastDayIn(closes, zone, 'es-MX')),
        moment: dates.dayAndTimeIn('2026-11-29T04:30:00Z', 'America/Mexico_City', 'es-MX'),
      }`),
    ) as { zone: string; days: string[]; moment: string }
    expect(told.zone).toBe(zone)
    expect(told.days).toEqual(LAST_DAYS.map(([, , , day]) => day))
    expect(told.moment).toContain('28 de noviembre de 2026')
    expect(told.moment).toContain('10:30')
  })

  it('names its zone, in both languages', () => {
    expect(lastDay({ closes_at: '2026-12-01T06:00:00Z' })).toBe('30 de noviembre de 2026 (hora del centro de México)')
    speak('en')
    expect(lastDay({ closes_at: '2026-12-01T06:00:00Z' })).toBe('November 30, 2026 (Mexico City time)')
    expect(lastDay({ closes_at: '2026-12-01T08:00:00Z', time_zone: 'America/Tijuana' })).toBe(
      'November 30, 2026 (Baja California time)',
    )
  })

  it('says the minute where it does not close at midnight', () => {
    expect(closesAtMidnight('2026-12-01T06:00:00Z', MEXICO)).toBe(true)
    expect(closesAtMidnight('2026-12-01T20:00:00Z', MEXICO)).toBe(false)
    expect(lastMinuteIn('2026-12-01T20:00:00Z', MEXICO, 'en')).toMatch(/01:59/)
    expect(lastDay({ closes_at: '2026-12-01T20:00:00Z' })).toMatch(/^1 de diciembre de 2026, hasta las 01:59/)
  })
})

describe('a moment', () => {
  it('is of the day in Mexico, late in the evening too', () => {
    expect(dayIn('2026-11-29T05:59:59Z', MEXICO, 'es-MX')).toBe('28 de noviembre de 2026')
    expect(dayAndTimeIn('2026-11-29T06:00:00Z', MEXICO, 'en')).toMatch(/November 29, 2026/)
  })
})

describe('a zone', () => {
  it('is Mexico City unless a campaign says one that is known', () => {
    expect(zoneOf({})).toBe(MEXICO)
    expect(zoneOf({ time_zone: null })).toBe(MEXICO)
    expect(zoneOf({ time_zone: 'America/Cancun' })).toBe('America/Cancun')
    expect(zoneOf({ time_zone: 'Mars/Olympus' })).toBe(MEXICO)
  })

  it('has a name, or that of its town', () => {
    expect(zoneKey('America/Monterrey').key).toBe('mexico_city')
    expect(zoneKey('America/Ciudad_Juarez')).toEqual({ key: 'other', town: 'Ciudad Juarez' })
  })
})

/**
 * The one catalogue of sentences, in Spanish of Mexico and English.
 *
 * `t` is reactive: what was drawn with it is drawn again when the language changes. Keys are
 * checked by the compiler against the Spanish catalogue; a test proves that the English one has
 * the same keys, and that every word of the generated bindings has its sentence.
 */
import i18next, { type TFunction } from 'i18next'
import type { Language } from '../bindings/Language'
import { HOME_ZONE, closesAtMidnight, dayAndTimeIn, dayIn, lastDayIn, lastMinuteIn } from './dates'
import { zoneKey, zoneOf, type Zoned } from './zones'
import codesEn from './strings/codes.en.json'
import codesEs from './strings/codes.es-MX.json'
import en from './strings/en.json'
import es from './strings/es-MX.json'
import findingsEn from './strings/findings.en.json'
import findingsEs from './strings/findings.es-MX.json'
import reasonsEn from './strings/reasons.en.json'
import reasonsEs from './strings/reasons.es-MX.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui'
    resources: {
      ui: typeof es
      codes: typeof codesEs
      reasons: typeof reasonsEs
      findings: typeof findingsEs
    }
  }
}

void i18next.init({
  lng: 'es-MX',
  fallbackLng: 'es-MX',
  defaultNS: 'ui',
  ns: ['ui', 'codes', 'reasons', 'findings'],
  resources: {
    'es-MX': { ui: es, codes: codesEs, reasons: reasonsEs, findings: findingsEs },
    en: { ui: en, codes: codesEn, reasons: reasonsEn, findings: findingsEn },
  },
  // Svelte escapes what it writes.
  interpolation: { escapeValue: false },
  initAsync: false,
})

const spoken = $state<{ language: Language }>({ language: 'es-MX' })

/** The language that is spoken now. */
export function language(): Language {
  return spoken.language
}

/** Speaks another language, and tells screen readers. */
export function speak(next: Language): void {
  void i18next.changeLanguage(next)
  spoken.language = next
  if (typeof document !== 'undefined') document.documentElement.lang = next
}

/** The sentence for a key, in the language that is spoken now. */
export const t = ((key: never, options: never) => {
  // Read, so that what draws with it is drawn again.
  void spoken.language
  return i18next.t(key, options)
}) as TFunction<['ui', 'codes', 'reasons', 'findings']>

/** Whether there is a sentence for this key at all: a newer server may know newer words. */
export function hasSentence(key: string): boolean {
  return i18next.exists(key)
}

/** The zone's name, in words. */
function zoneName(zone: string): string {
  const { key, town } = zoneKey(zone)
  return t(`zone.${key}`, { town })
}

/** A moment as people write it here, with the zone that its time is of. */
export function dayAndTime(moment: string): string {
  return t('zone.named', { when: dayAndTimeIn(moment, HOME_ZONE, spoken.language), zone: zoneName(HOME_ZONE) })
}

/** A day as people write it here. */
export function day(moment: string): string {
  return dayIn(moment, HOME_ZONE, spoken.language)
}

/** The last day on which a campaign takes apoyos, with its zone, and the time where it is not midnight. */
export function lastDay(campaign: Zoned & { closes_at: string }): string {
  const zone = zoneOf(campaign)
  const day = lastDayIn(campaign.closes_at, zone, spoken.language)
  const when = closesAtMidnight(campaign.closes_at, zone)
    ? day
    : t('zone.until_minute', { day, time: lastMinuteIn(campaign.closes_at, zone, spoken.language) })
  return t('zone.named', { when, zone: zoneName(zone) })
}

/** A number with its separators. */
export function count(number: number): string {
  return new Intl.NumberFormat(spoken.language).format(number)
}

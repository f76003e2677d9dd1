/**
 * The one catalogue of sentences, in Spanish of Mexico and English.
 *
 * `t` is reactive: its text is drawn again when the language changes. The compiler checks keys
 * against the Spanish catalogue. A test proves that the English one has the same keys, and that every
 * word of the generated bindings has its sentence.
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
  // Svelte escapes the text itself.
  interpolation: { escapeValue: false },
  initAsync: false,
})

const spoken = $state<{ language: Language }>({ language: 'es-MX' })

/** The current language. */
export function language(): Language {
  return spoken.language
}

/** Changes the language, for screen readers too. */
export function speak(next: Language): void {
  void i18next.changeLanguage(next)
  spoken.language = next
  if (typeof document !== 'undefined') document.documentElement.lang = next
}

/** The sentence for a key in the current language. */
export const t = ((key: never, options: never) => {
  // Read, so that its users are drawn again.
  void spoken.language
  return i18next.t(key, options)
}) as TFunction<['ui', 'codes', 'reasons', 'findings']>

/** Whether there is a sentence for this key: a newer server may have newer words. */
export function hasSentence(key: string): boolean {
  return i18next.exists(key)
}

/** The zone's name, in words. */
function zoneName(zone: string): string {
  const { key, town } = zoneKey(zone)
  return t(`zone.${key}`, { town })
}

/** A moment in the usual form, with its time zone. */
export function dayAndTime(moment: string): string {
  return t('zone.named', { when: dayAndTimeIn(moment, HOME_ZONE, spoken.language), zone: zoneName(HOME_ZONE) })
}

/** A day in the usual form. */
export function day(moment: string): string {
  return dayIn(moment, HOME_ZONE, spoken.language)
}

/** The last day of a campaign, with its zone, and the time if it is not midnight. */
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

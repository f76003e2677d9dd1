/**
 * Days and times as people read them.
 *
 * A deadline is a day in the campaign's zone, not in the phone's: midnight in Mexico City is the next
 * day in Madrid and still the day before in Tijuana. So this file never reads the phone's zone, and
 * every date that a person could miss names its zone.
 */
import type { Language } from '../bindings/Language'

/** The default zone. */
export const HOME_ZONE = 'America/Mexico_City'

/**
 * Hours from UTC of the Mexican zones without summer time, by the law of October 2022. Phones with an
 * old WebView have older tables and would still move the clock from April to October, which moves
 * every midnight to another day.
 */
const FIXED: Record<string, number> = {
  'America/Mexico_City': -6,
  'America/Monterrey': -6,
  'America/Merida': -6,
  'America/Bahia_Banderas': -6,
  'America/Chihuahua': -6,
  'America/Cancun': -5,
  'America/Mazatlan': -7,
  'America/Hermosillo': -7,
}

const HOUR = 3_600_000
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' }
const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }

function format(at: number, zone: string, language: Language, parts: Intl.DateTimeFormatOptions): string {
  const fixed = FIXED[zone]
  if (fixed !== undefined) {
    return new Intl.DateTimeFormat(language, { ...parts, timeZone: 'UTC' }).format(at + fixed * HOUR)
  }
  return new Intl.DateTimeFormat(language, { ...parts, timeZone: zone }).format(at)
}

/** The day of this moment in this zone. */
export function dayIn(moment: string, zone: string, language: Language): string {
  return format(Date.parse(moment), zone, language, DAY)
}

/**
 * The last day on which something is open. `closes` is the first moment at which it no longer is, so
 * midnight belongs to the day before.
 */
export function lastDayIn(closes: string, zone: string, language: Language): string {
  return format(Date.parse(closes) - 1, zone, language, DAY)
}

/** The day and the time of this moment in this zone. */
export function dayAndTimeIn(moment: string, zone: string, language: Language): string {
  return format(Date.parse(moment), zone, language, { ...DAY, ...TIME })
}

/** Whether something closes at midnight, so that the day alone is exact. */
export function closesAtMidnight(closes: string, zone: string): boolean {
  const at = Date.parse(closes)
  const fixed = FIXED[zone]
  if (fixed !== undefined) return (at + fixed * HOUR) % (24 * HOUR) === 0
  // The moment before is on another day.
  return at % 1000 === 0 && format(at, zone, 'en', DAY) !== format(at - 1, zone, 'en', DAY)
}

/** The last minute before something closes at another time than midnight: `13:59`. */
export function lastMinuteIn(closes: string, zone: string, language: Language): string {
  return format(Date.parse(closes) - 1, zone, language, TIME)
}

/** The time zones of campaigns and their names. */
import { HOME_ZONE } from './dates'

/** A value that may have a zone. */
export interface Zoned {
  time_zone?: string | null
}

/** The zone of a campaign: Mexico City's, unless it has another one that this browser knows. */
export function zoneOf(what: Zoned): string {
  const zone = what.time_zone
  if (!zone) return HOME_ZONE
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone
  } catch {
    return HOME_ZONE
  }
}

/** The zones with a name in the catalogue, by the key of their name. */
const NAMED = {
  'America/Mexico_City': 'mexico_city',
  'America/Monterrey': 'mexico_city',
  'America/Merida': 'mexico_city',
  'America/Bahia_Banderas': 'mexico_city',
  'America/Chihuahua': 'mexico_city',
  'America/Cancun': 'cancun',
  'America/Mazatlan': 'mazatlan',
  'America/Hermosillo': 'hermosillo',
  'America/Tijuana': 'tijuana',
} as const

/** The key of a zone's name. */
export type ZoneKey = (typeof NAMED)[keyof typeof NAMED] | 'other'

/** The key of a zone's name; `other` is named after its town. */
export function zoneKey(zone: string): { key: ZoneKey; town: string } {
  const town = (zone.split('/').pop() ?? zone).replace(/_/g, ' ')
  return { key: zone in NAMED ? NAMED[zone as keyof typeof NAMED] : 'other', town }
}

import { t } from '@apoyo/design/i18n.svelte'
import type { Demarcation } from '../../../bindings/Demarcation'
import { citizen } from '../state/citizen.svelte'

/** The demarcation in words. */
export function placeInWords(place: Demarcation): string {
  if (place.scope === 'pais') return t('campaign.place.pais')
  const entidad = citizen.entidadName(place.entidad)
  switch (place.scope) {
    case 'entidad':
      return entidad
    case 'distrito_federal':
      return t('campaign.place.distrito_federal', { number: place.distrito, entidad })
    case 'distrito_local':
      return t('campaign.place.distrito_local', { number: place.distrito, entidad })
    case 'municipio':
      return t('campaign.place.municipio', { number: place.municipio, entidad })
  }
}

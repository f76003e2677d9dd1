/** The progress of an apoyo in plain words. */
import { t } from '@apoyo/design/i18n.svelte'
import type { ApoyoView } from '../../../bindings/ApoyoView'

/** The colour of the words: calm while an apoyo waits, strong only if it needs the person. */
export type Tone = 'calm' | 'good' | 'warn' | 'bad'

/** A short phrase for lists. */
export function phrase({ queue, lost }: Pick<ApoyoView, 'queue' | 'lost'>): { words: string; tone: Tone } {
  if (lost?.again.state === 'sending') return { words: t('queue.lost.sending.short'), tone: 'warn' }
  if (lost?.again.state === 'over') return { words: t('queue.lost.over.short'), tone: 'bad' }
  switch (queue.state) {
    case 'waiting':
      return { words: t(`queue.waiting.${queue.waits_for}`), tone: queue.waits_for === 'activation' ? 'warn' : 'calm' }
    case 'sending':
      return { words: t('queue.sending.short'), tone: 'calm' }
    case 'refused':
      return { words: t('queue.refused.short'), tone: 'bad' }
    case 'receipted':
      switch (queue.status?.status) {
        case undefined:
        case 'received':
          return { words: t('status.received.short'), tone: 'good' }
        case 'preliminary':
          return { words: t('status.preliminary.short'), tone: 'good' }
        case 'in_review':
          return { words: t('status.in_review.short'), tone: 'calm' }
        case 'not_counted':
          return { words: t('status.not_counted.short'), tone: 'warn' }
      }
  }
}

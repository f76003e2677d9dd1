import { hasSentence, language, t } from '@apoyo/design/i18n.svelte'
import type { Problem } from '../../../bindings/Problem'

/** The sentence of a problem: the app's own, or the server's if its word is newer than the app. */
export function sentenceFor(problem: Problem): string {
  if (hasSentence(`codes:${problem.code}`)) return t(`codes:${problem.code}`)
  if (problem.message) return language() === 'en' ? problem.message.en : problem.message.es
  return t('codes:answer_malformed')
}

/** The text to copy for a helper: the stable word, the sentence, the time. No personal data. */
export function forCopying(problem: Problem, now: Date): string {
  const field = problem.field === undefined ? '' : ` (${problem.field})`
  return `Apoyo · ${problem.code}${field} · ${now.toISOString()}\n${sentenceFor(problem)}`
}

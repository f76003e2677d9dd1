/** What about a picture is worth stopping for. */
import type { Code } from '../../../bindings/Code'
import type { FindingCode } from '../../../bindings/FindingCode'

/** Findings that another try may mend; the rest is shown in the summary. */
const MENDABLE: readonly FindingCode[] = ['blurred', 'glare', 'dark', 'bright', 'far', 'no_colour']

/** The findings to show beside the still. */
export function worthShowing(findings: FindingCode[]): FindingCode[] {
  return findings.filter((finding) => MENDABLE.includes(finding))
}

/**
 * Refusals that the citizen may overrule: the core takes the picture when told `anyway`. The
 * others it refuses each time, so the button is not offered.
 */
const OVERRULABLE: readonly Code[] = ['picture_blurred', 'picture_light']

/** Whether "use it all the same" is a way out. */
export function mayOverrule(code: Code): boolean {
  return OVERRULABLE.includes(code)
}

import type { AppCode } from '../../../bindings/AppCode'
import type { Problem } from '../../../bindings/Problem'

/** The reason why a door stayed shut. */
export class Refusal extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.code)
    this.name = 'Refusal'
    this.problem = problem
  }
}

/** Reads a failed answer; anything that is not a `Problem` becomes `otherwise`. */
export function refusalFrom(thrown: unknown, otherwise: AppCode): Refusal {
  if (thrown instanceof Refusal) return thrown
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
    return new Refusal(thrown as Problem)
  }
  return new Refusal({ code: otherwise })
}

/** The screen's model: the core's last state, the running action, the last problem. */
import { speak } from '@apoyo/design/i18n.svelte'
import type { AppState } from '../../../bindings/AppState'
import type { EntidadName } from '../../../bindings/EntidadName'
import type { Problem } from '../../../bindings/Problem'
import type { Native } from '../native'
import { refusalFrom } from '../native/refusal'

class Citizen {
  /** The core's last state. */
  app = $state.raw<AppState | null>(null)
  /** When it came, for the countdowns. */
  heardAt = $state(0)
  /** The running action. */
  doing = $state<string | null>(null)
  /** The problem of the last action. */
  problem = $state.raw<Problem | null>(null)
  /** The 32 entidades, loaded when they are first needed. */
  entidades = $state.raw<EntidadName[]>([])

  #native: Native | null = null
  /** Grows with each state, so that an older answer can be recognised. */
  #heard = 0

  /** The doors. */
  get native(): Native {
    if (!this.#native) throw new Error('no door was opened yet: call begin first')
    return this.#native
  }

  /** The first state. */
  async begin(native: Native): Promise<void> {
    this.#native = native
    this.hear(await native.state())
  }

  /** Takes over a state of the core. */
  hear(app: AppState): void {
    this.#heard += 1
    this.app = app
    this.heardAt = performance.now()
    speak(app.language)
  }

  /** Whether this action is running. */
  busy(name: string): boolean {
    return this.doing === name
  }

  /**
   * Runs one action that answers with the new state. Meanwhile no other action starts, so a second
   * tap does not repeat it. Returns whether it succeeded; otherwise `problem` has the reason.
   */
  async act(name: string, work: (native: Native) => Promise<AppState>): Promise<boolean> {
    const answer = await this.ask(name, work)
    if (answer) this.hear(answer)
    return answer !== null
  }

  /** The same for a door with another answer; `null` if it stayed shut. */
  async ask<T>(name: string, work: (native: Native) => Promise<T>): Promise<T | null> {
    if (this.doing !== null) return null
    this.doing = name
    this.problem = null
    try {
      return await work(this.native)
    } catch (thrown) {
      this.problem = refusalFrom(thrown, 'answer_malformed').problem
      return null
    } finally {
      this.doing = null
    }
  }

  /** Loads the state again, without a spinner and without showing a problem. */
  async refresh(question = (native: Native) => native.state()): Promise<void> {
    const before = this.#heard
    try {
      const app = await question(this.native)
      // An action ran meanwhile, and its answer is newer than this.
      if (before === this.#heard) this.hear(app)
    } catch {
      // The screen stays as it is; the person's next action reports the problem.
    }
  }

  /** Loads the names of the entidades once. */
  async needEntidades(): Promise<void> {
    if (this.entidades.length > 0) return
    try {
      this.entidades = await this.native.entidades()
    } catch (thrown) {
      this.problem = refusalFrom(thrown, 'answer_malformed').problem
    }
  }

  /** The name of an entidad, or its number until the names are loaded. */
  entidadName(number: number): string {
    return this.entidades.find((one) => one.number === number)?.name ?? String(number)
  }
}

/** The model of this screen's citizen. */
export const citizen = new Citizen()

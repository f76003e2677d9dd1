/** What the screen knows: the last state that the core told, what is being done, what went wrong. */
import { speak } from '@apoyo/design/i18n.svelte'
import type { AppState } from '../../../bindings/AppState'
import type { EntidadName } from '../../../bindings/EntidadName'
import type { Problem } from '../../../bindings/Problem'
import type { Native } from '../native'
import { refusalFrom } from '../native/refusal'

class Citizen {
  /** The state of everything, as last heard. */
  app = $state.raw<AppState | null>(null)
  /** When it was heard, for the countdowns. */
  heardAt = $state(0)
  /** The one thing that is being done. */
  doing = $state<string | null>(null)
  /** What went wrong with the last thing that was done. */
  problem = $state.raw<Problem | null>(null)
  /** The 32 entidades, once somebody needed them. */
  entidades = $state.raw<EntidadName[]>([])

  #native: Native | null = null
  /** Grows with each state that was heard, so that an older answer can be recognised. */
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

  /** Takes over what the core told. */
  hear(app: AppState): void {
    this.#heard += 1
    this.app = app
    this.heardAt = performance.now()
    speak(app.language)
  }

  /** Whether this is being done. */
  busy(name: string): boolean {
    return this.doing === name
  }

  /**
   * Does one thing that answers with the new state. While it lasts nothing else is begun, so a
   * second tap sends nothing twice. Answers whether it was done; otherwise `problem` says why not.
   */
  async act(name: string, work: (native: Native) => Promise<AppState>): Promise<boolean> {
    const answer = await this.ask(name, work)
    if (answer) this.hear(answer)
    return answer !== null
  }

  /** The same for a door with another answer; `null` where it stayed shut. */
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

  /** Asks for the state again, without a spinner and without a problem on the screen. */
  async refresh(question = (native: Native) => native.state()): Promise<void> {
    const before = this.#heard
    try {
      const app = await question(this.native)
      // Something was done meanwhile: what it answered is newer than this.
      if (before === this.#heard) this.hear(app)
    } catch {
      // What is on the screen stays; the next thing that the person does tells what is wrong.
    }
  }

  /** The names of the entidades, asked for once. */
  async needEntidades(): Promise<void> {
    if (this.entidades.length > 0) return
    try {
      this.entidades = await this.native.entidades()
    } catch (thrown) {
      this.problem = refusalFrom(thrown, 'answer_malformed').problem
    }
  }

  /** The name of one entidad, or its number until the names are there. */
  entidadName(number: number): string {
    return this.entidades.find((one) => one.number === number)?.name ?? String(number)
  }
}

/** The one citizen in front of this screen. */
export const citizen = new Citizen()

import { speak, t } from '@apoyo/design/i18n.svelte'
import { afterEach, describe, expect, it } from 'vitest'
import type { AppState } from '../../bindings/AppState'
import type { QueueState } from '../../bindings/QueueState'
import { nativeOver } from '../src/native'
import { Refusal } from '../src/native/refusal'
import { knowsWifi, networkKind } from '../src/queue/network'
import { nextPass } from '../src/queue/sending'
import { phrase } from '../src/queue/words'
import { forCopying, sentenceFor } from '../src/screen/problem'
import { citizen } from '../src/state/citizen.svelte'
import { clock, secondsLeft } from '../src/state/countdown'
import { pretendPhone, Shut } from './fake.mjs'

function begin() {
  const one = pretendPhone()
  const opened: string[] = []
  const native = nativeOver({
    json: async (door, picture) => {
      opened.push(door.door)
      try {
        return structuredClone(await one.open(door, picture ?? new Blob([])))
      } catch (thrown) {
        if (thrown instanceof Shut) throw new Refusal(thrown.problem)
        throw thrown
      }
    },
    bytes: () => Promise.resolve(new Blob([])),
    handOver: () => Promise.resolve('none'),
  })
  return { phone: one.phone, opened, started: citizen.begin(native) }
}

afterEach(() => speak('es-MX'))

describe('the countdown', () => {
  it('runs with the time that passed since it was told', () => {
    expect(secondsLeft(60, 1_000, 1_000)).toBe(60)
    expect(secondsLeft(60, 1_000, 31_400)).toBe(30)
    expect(secondsLeft(60, 1_000, 99_000)).toBe(0)
  })

  it('is written as people read a clock', () => {
    expect(clock(86_399)).toBe('23:59:59')
    expect(clock(42)).toBe('0:42')
    expect(clock(3_600)).toBe('1:00:00')
  })
})

describe('doing one thing', () => {
  it('a second tap while the first is under way sends nothing twice', async () => {
    const { opened, started } = begin()
    await started
    opened.length = 0
    const [first, second] = await Promise.all([
      citizen.act('accept', (native) => native.acceptNotice('0')),
      citizen.act('accept', (native) => native.acceptNotice('0')),
    ])
    expect([first, second]).toEqual([true, false])
    expect(opened).toEqual(['accept_notice'])
    expect(citizen.app?.activation.stage).toBe('front')
  })

  it('what goes wrong is kept for the screen, and the next try clears it', async () => {
    const { phone, started } = begin()
    phone.stage = 'email'
    await started
    expect(await citizen.act('email', (native) => native.beginActivation('a@b.mx', 'a@b.m'))).toBe(false)
    expect(citizen.problem?.code).toBe('emails_differ')
    expect(citizen.doing).toBeNull()
    expect(await citizen.act('email', (native) => native.beginActivation('a@b.mx', 'a@b.mx'))).toBe(true)
    expect(citizen.problem).toBeNull()
  })

  it('a late answer to an old question does not undo what was done since', async () => {
    const { phone, started } = begin()
    await started
    const old = structuredClone(citizen.app) as AppState
    let answer: (app: AppState) => void = () => undefined
    const slow = citizen.native.state
    citizen.native.state = () => new Promise((resolve) => (answer = resolve))
    const asking = citizen.refresh()
    await citizen.act('accept', (native) => native.acceptNotice('0'))
    answer(old)
    await asking
    citizen.native.state = slow
    expect(citizen.app?.activation.stage).toBe('front')
    expect(phone.stage).toBe('front')
  })
})

describe('the queue in words', () => {
  const app = (...queues: QueueState[]) =>
    ({ apoyos: queues.map((queue) => ({ queue })) }) as unknown as AppState

  it('a pass is due when the shortest pause is over, and never for what is done', () => {
    const refused: QueueState = { state: 'refused', problem: { code: 'campaign_closed' } }
    expect(nextPass(app())).toBeNull()
    expect(nextPass(app(refused))).toBeNull()
    expect(nextPass(app(refused, { state: 'waiting', next_try_in_s: 12, waits_for: 'pause', problem: null }))).toBe(12_000)
    expect(nextPass(app({ state: 'waiting', next_try_in_s: -3, waits_for: 'turn', problem: null }))).toBe(0)
    expect(nextPass(app({ state: 'waiting', next_try_in_s: 9_999, waits_for: 'pause', problem: null }))).toBe(30_000)
  })

  it('what waits for Wi-Fi or an activation wants no pass before that comes', () => {
    const wifi: QueueState = { state: 'waiting', next_try_in_s: 0, waits_for: 'wifi', problem: null }
    expect(nextPass(app(wifi, { ...wifi, waits_for: 'activation' }))).toBeNull()
    expect(nextPass(app(wifi, { ...wifi, waits_for: 'network', next_try_in_s: 3 }))).toBe(3_000)
  })

  it('each way of waiting has its plain words in both languages', () => {
    for (const language of ['es-MX', 'en'] as const) {
      speak(language)
      const said = (['turn', 'network', 'wifi', 'pause', 'activation'] as const).map((waits_for) => {
        const { words } = phrase({ queue: { state: 'waiting', next_try_in_s: 0, waits_for, problem: null }, lost: null })
        expect(t(`queue.waiting.${waits_for}_text`)).not.toContain('queue.')
        expect(words).not.toContain('queue.')
        return words
      })
      expect(new Set(said).size).toBe(said.length)
    }
    speak('es-MX')
    expect(t('queue.waiting.network_text')).toBe('Se enviará cuando haya red.')
  })

  it('a receipt that the server no longer knows is told in both languages, and its copy wants a pass', () => {
    const queue: QueueState = { state: 'receipted', folio: 'x', received_at: '', status: null }
    const sending = { folio: 'x', again: { state: 'sending', next_try_in_s: 7 } } as const
    const over = { folio: 'x', again: { state: 'over', problem: null } } as const
    const found = { folio: 'w', again: { state: 'found' } } as const
    for (const language of ['es-MX', 'en'] as const) {
      speak(language)
      expect(phrase({ queue, lost: sending })).toEqual({ words: t('queue.lost.sending.short'), tone: 'warn' })
      expect(phrase({ queue, lost: over })).toEqual({ words: t('queue.lost.over.short'), tone: 'bad' })
      expect(phrase({ queue, lost: found })).toEqual(phrase({ queue, lost: null }))
      for (const state of ['sending', 'found', 'over'] as const) {
        expect(t(`queue.lost.${state}.text`, { folio: 'w' })).not.toContain('queue.')
      }
    }
    const one = app(queue)
    const with_lost = (lost: typeof sending | typeof over) => ({ ...one, apoyos: one.apoyos.map((it) => ({ ...it, lost })) })
    expect(nextPass(one)).toBeNull()
    expect(nextPass(with_lost(sending))).toBe(7_000)
    expect(nextPass(with_lost(over))).toBeNull()
  })

  it('an unknown network counts as one that is paid by the byte', () => {
    expect(networkKind(false, 'wifi')).toBe('offline')
    expect(networkKind(true, 'none')).toBe('offline')
    expect(networkKind(true, 'wifi')).toBe('unmetered')
    expect(networkKind(true, 'ethernet')).toBe('unmetered')
    expect(networkKind(true, 'cellular')).toBe('metered')
    expect(networkKind(true, undefined)).toBe('metered')
  })

  it('the switch for Wi-Fi is there where it can be kept', () => {
    expect(knowsWifi(false, undefined)).toBe(true)
    expect(knowsWifi(true, 'wifi')).toBe(true)
    expect(knowsWifi(true, undefined)).toBe(false)
  })

  it('being in the lista nominal is never said without the review that is pending', () => {
    const status = { apoyo: '', campaign: '', status: 'preliminary', reasons: [], changed_at: '' } as const
    const queue: QueueState = { state: 'receipted', folio: 'x', received_at: '', status: { ...status, reasons: [] } }
    const said = phrase({ queue, lost: null })
    expect(said.words).toContain('pendiente de revisión')
    speak('en')
    expect(t('status.preliminary.short')).toContain('review pending')
  })
})

describe('a problem in words', () => {
  it('a word from a newer server is shown in the server’s own sentence', () => {
    const problem = { code: 'brand_new' as never, message: { es: 'Algo nuevo.', en: 'Something new.' } }
    expect(sentenceFor(problem)).toBe('Algo nuevo.')
    speak('en')
    expect(sentenceFor(problem)).toBe('Something new.')
  })

  it('what is copied names the word and the time', () => {
    const copied = forCopying({ code: 'code_wrong', tries_left: 2 }, new Date('2026-11-22T12:00:00Z'))
    expect(copied).toContain('code_wrong')
    expect(copied).toContain('2026-11-22T12:00:00.000Z')
    expect(copied).toContain(t('codes:code_wrong'))
  })
})

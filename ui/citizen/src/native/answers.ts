/**
 * The type of each door's answer, and a check of it.
 *
 * The types are generated from Rust. The checks are written against them, so that a field that is
 * added or removed there does not compile here. An answer that does not fit is refused before a
 * screen reads it, because screens and core of two versions may meet during an update.
 */
import type { ActivationView } from '../../../bindings/ActivationView'
import type { AddressView } from '../../../bindings/AddressView'
import type { ApoyoView } from '../../../bindings/ApoyoView'
import type { AppState } from '../../../bindings/AppState'
import type { Campaign } from '../../../bindings/Campaign'
import type { CampaignsView } from '../../../bindings/CampaignsView'
import type { Door } from '../../../bindings/Door'
import type { DraftView } from '../../../bindings/DraftView'
import type { EntidadName } from '../../../bindings/EntidadName'
import type { FrameLook } from '../../../bindings/FrameLook'
import type { LostAgain } from '../../../bindings/LostAgain'
import type { LostView } from '../../../bindings/LostView'
import type { Notice } from '../../../bindings/Notice'
import type { PartView } from '../../../bindings/PartView'
import type { Provider } from '../../../bindings/Provider'
import type { QueueState } from '../../../bindings/QueueState'
import type { ReadField } from '../../../bindings/ReadField'
import type { ReceiptView } from '../../../bindings/ReceiptView'
import { Refusal } from './refusal'

/** The answers other than `AppState`, as the doors' documentation names them. */
interface OtherAnswers {
  notice: Notice
  entidades: EntidadName[]
  providers: Provider[]
  look_at_address: AddressView
  campaigns: CampaignsView
  look: FrameLook
  receipt: ReceiptView
}

/** The answer of the door of this name. */
export type AnswerOf<Name extends Door['door']> = Name extends keyof OtherAnswers ? OtherAnswers[Name] : AppState

type Check = (value: unknown) => boolean
/** One check for each field of a type. */
type Fields<T> = { [Field in keyof Required<T>]: Check }

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const yesOrNo: Check = (value) => typeof value === 'boolean'
const maybe = (check: Check): Check => (value) => value === null || value === undefined || check(value)
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check)
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const object =
  <T>(fields: Fields<T>): Check =>
  (value) =>
    isObject(value) && (Object.entries(fields) as [string, Check][]).every(([name, check]) => check(value[name]))
/** A tagged union: a word tells the variant. */
const oneOf =
  <Word extends string>(tag: string, kinds: Record<Word, Check>): Check =>
  (value) => {
    if (!isObject(value)) return false
    const word = value[tag]
    return typeof word === 'string' && word in kinds && kinds[word as Word](value)
  }
const problem: Check = (value) => isObject(value) && text(value['code'])
const tagged: Check = isObject

const campaign = object<Campaign>({
  id: text,
  process: text,
  process_name: text,
  kind: text,
  title: text,
  requester: text,
  description: text,
  demarcation: (value) => isObject(value) && text(value['scope']),
  opens_at: text,
  closes_at: text,
  time_zone: maybe(text),
  required: number,
  exclusivity: maybe(text),
})

const part = object<PartView>({
  name: text,
  source: text,
  findings: listOf(text),
  ask: listOf(text),
  width: number,
  height: number,
  sha256: text,
})

const draft = object<DraftView>({
  campaign,
  step: text,
  model: maybe(text),
  parts: listOf(part),
  reading: listOf(object<ReadField>({ name: text, value: text, source: text })),
  confirmed: yesOrNo,
  findings: listOf(text),
  signature_kind: maybe(text),
  activation_front: yesOrNo,
  notice_version: text,
})

const queue = oneOf<QueueState['state']>('state', {
  waiting: (value) => isObject(value) && number(value['next_try_in_s']) && text(value['waits_for']),
  sending: (value) => isObject(value) && number(value['parts_done']) && number(value['parts']),
  refused: (value) => isObject(value) && problem(value['problem']),
  receipted: (value) => isObject(value) && text(value['folio']) && text(value['received_at']),
})

const lost = object<LostView>({
  folio: text,
  again: oneOf<LostAgain['state']>('state', {
    sending: (value) => isObject(value) && number(value['next_try_in_s']),
    found: tagged,
    over: (value) => isObject(value) && maybe(problem)(value['problem']),
  }),
})

const apoyo = object<ApoyoView>({
  apoyo: text,
  campaign: text,
  title: text,
  requester: text,
  queued_at: text,
  may_cancel: yesOrNo,
  may_export: yesOrNo,
  lost: maybe(lost),
  queue,
})

const activation = oneOf<ActivationView['stage']>('stage', {
  notice: tagged,
  front: tagged,
  email: (value) => isObject(value) && listOf(text)(value['findings']) && listOf(text)(value['ask']),
  signin: (value) => isObject(value) && text(value['provider']) && number(value['left_s']),
  code: (value) => isObject(value) && text(value['masked_email']) && number(value['expires_in_s']),
  active: (value) => isObject(value) && text(value['since']),
})

const appState = object<AppState>({
  language: text,
  activation,
  entidad: maybe(number),
  seccion: maybe(number),
  draft: maybe(draft),
  apoyos: listOf(apoyo),
  wifi_only: yesOrNo,
  network: text,
  lost: maybe(problem),
  app_version: text,
})

const others: { [Name in keyof OtherAnswers]: Check } = {
  notice: object<Notice>({ version: text, simplified: listOf(text), whole: listOf(text) }),
  entidades: listOf(object<EntidadName>({ number, name: text })),
  providers: listOf(object<Provider>({ id: text, name: text })),
  look_at_address: object<AddressView>({ problem: maybe(problem), meant: maybe(text) }),
  campaigns: object<CampaignsView>({
    campaigns: listOf(campaign),
    open: number,
    fetched_at: maybe(text),
    problem: maybe(problem),
  }),
  look: object<FrameLook>({
    advice: text,
    card: maybe(listOf(listOf(number))),
    corners: maybe(listOf(listOf(number))),
    qr_read: yesOrNo,
    good: yesOrNo,
    steady: number,
    steady_needed: number,
    take: yesOrNo,
  }),
  receipt: object<ReceiptView>({
    folio: text,
    sequence: number,
    received_at: text,
    title: text,
    requester: text,
    content: text,
    signed: text,
    key: text,
  }),
}

/** The answer with this door's type; refused if it is anything else. */
export function answerOf<Name extends Door['door']>(name: Name, answer: unknown): AnswerOf<Name> {
  const fits = (name in others ? others[name as keyof OtherAnswers] : appState)(answer)
  if (!fits) throw new Refusal({ code: 'answer_malformed' })
  return answer as AnswerOf<Name>
}

/**
 * The app as the screen sees it: one method per door (`crates/app-core/src/doors.rs`).
 *
 * There are two ways to it: `tauri.ts` in the app's own window, `http.ts` in an ordinary browser over
 * the loopback host. No other file depends on which one is used.
 */
import type { AddressView } from '../../../bindings/AddressView'
import type { Aim } from '../../../bindings/Aim'
import type { AppState } from '../../../bindings/AppState'
import type { CampaignsView } from '../../../bindings/CampaignsView'
import type { Door } from '../../../bindings/Door'
import type { EntidadName } from '../../../bindings/EntidadName'
import type { FrameLook } from '../../../bindings/FrameLook'
import type { HandedOver as GivenToSystem } from '../../../bindings/HandedOver'
import type { Language } from '../../../bindings/Language'
import type { Model } from '../../../bindings/Model'
import type { Notice } from '../../../bindings/Notice'
import type { NetworkKind } from '../../../bindings/NetworkKind'
import type { PartName } from '../../../bindings/PartName'
import type { Provider } from '../../../bindings/Provider'
import type { ReceiptView } from '../../../bindings/ReceiptView'
import type { SignatureKind } from '../../../bindings/SignatureKind'
import type { Source } from '../../../bindings/Source'
import { answerOf, type AnswerOf } from './answers'

/**
 * The fate of a file: `gone` to the place that the person chose, `cancelled` by the person, `asked`
 * for as a download whose end is not reported, or `none` if there is no way to hand it over.
 */
export type HandedOver = GivenToSystem | 'asked'

/** Carries one door to the core. Throws a `Refusal` if it stays shut. */
export interface Opener {
  /** Opens a door that answers JSON. */
  json(door: Door, picture?: Blob): Promise<unknown>
  /** Opens a door that answers bytes of this media type. */
  bytes(door: Door, kind: string): Promise<Blob>
  /** Gives a file to the system, or to the browser. */
  handOver(file: File): Promise<HandedOver>
  /** Opens the app's page in the settings of the phone, if that is possible. */
  openSettings?: (() => Promise<void>) | undefined
  /** The phone's own QR scanner, if there is one that works. */
  scanner?: Scanner
  /** Shows an address in the browser, if the page itself is in one and the core cannot. */
  openPage?(url: string): void
  /**
   * Keeps the screen out of screenshots and of the list of recent apps, or not. `guarded`: touches
   * through the window of another app are refused.
   */
  privateScreen?(isPrivate: boolean, guarded: boolean): Promise<void>
  /** Has the phone draw its bars for a dark page, for a light one, or (`null`) for its own theme. */
  bars?(dark: boolean | null): Promise<void>
}

/** How a scan ended. */
export type Scanned = { how: 'read'; text: string } | { how: 'stopped' | 'late' | 'denied' | 'missing' }

/** A QR scanner of the phone. It is a help and never the only way. */
export interface Scanner {
  /** Whether this phone has it. */
  available(): Promise<boolean>
  /** Scans until a small QR was read, the person stops, or it has taken too long. */
  scan(): Promise<Scanned>
  /** Stops scanning. */
  stop(): Promise<void>
}

/** The media type of a sealed apoyo as a file. It is not a picture, so viewers must not open it. */
export const SEALED = 'application/vnd.apoyo.file+json'

/** Fields typed from the card; empty text means not given. */
export interface TypedFields {
  mrz: string
  curp: string
  claveElector: string
  name: string
}

/** Every door, with the type of its answer. */
export interface Native {
  state(): Promise<AppState>
  notice(): Promise<Notice>
  setLanguage(language: Language): Promise<AppState>
  entidades(): Promise<EntidadName[]>
  acceptNotice(version: string): Promise<AppState>
  putActivationFront(source: Source, picture: Blob): Promise<AppState>
  setDemarcation(entidad: number | null, seccion: number | null): Promise<AppState>
  providers(): Promise<Provider[]>
  beginSignin(provider: string): Promise<AppState>
  openSigninAgain(): Promise<AppState>
  awaitSignin(): Promise<AppState>
  sendToProved(): Promise<AppState>
  lookAtAddress(email: string): Promise<AddressView>
  beginActivation(email: string, emailAgain: string): Promise<AppState>
  resendCode(): Promise<AppState>
  lookAfterMail(): Promise<AppState>
  abandonActivation(): Promise<AppState>
  completeActivation(code: string): Promise<AppState>
  campaigns(search: string): Promise<CampaignsView>
  beginDraft(campaign: string): Promise<AppState>
  chooseModel(model: Model): Promise<AppState>
  look(aim: Aim, frame: Blob): Promise<FrameLook>
  scannedQr(text: string): Promise<AppState>
  putPicture(part: PartName, source: Source, anyway: boolean, picture: Blob): Promise<AppState>
  useActivationFront(): Promise<AppState>
  typeFields(fields: TypedFields): Promise<AppState>
  confirmReading(): Promise<AppState>
  putSignature(kind: SignatureKind, picture: Blob): Promise<AppState>
  picture(part: PartName): Promise<Blob>
  redo(part: PartName): Promise<AppState>
  discardDraft(): Promise<AppState>
  send(consent: boolean, noticeVersion: string): Promise<AppState>
  runQueue(): Promise<AppState>
  networkIs(kind: NetworkKind): Promise<AppState>
  setWifiOnly(wifiOnly: boolean): Promise<AppState>
  retry(apoyo: string): Promise<AppState>
  cancel(apoyo: string): Promise<AppState>
  /** The sealed apoyo as one file. */
  exportApoyo(apoyo: string): Promise<Blob>
  removeRefused(apoyo: string): Promise<AppState>
  refreshStatuses(): Promise<AppState>
  receipt(apoyo: string): Promise<ReceiptView>
  lossWasRead(): Promise<AppState>
  forgetEverything(): Promise<AppState>
  openPage(url: string): void
  handOver(file: File): Promise<HandedOver>
  openSettings: (() => Promise<void>) | undefined
  scanner: Scanner | undefined
  privateScreen(isPrivate: boolean, guarded: boolean): Promise<void>
  bars(dark: boolean | null): Promise<void>
}

/** The doors, opened with `opener`. */
export function nativeOver(opener: Opener): Native {
  const ask = async <D extends Door>(door: D, picture?: Blob): Promise<AnswerOf<D['door']>> =>
    answerOf(door.door, await opener.json(door, picture)) as AnswerOf<D['door']>
  const given = (text: string): string | null => (text.trim() === '' ? null : text)
  return {
    state: () => ask({ door: 'state' }),
    notice: () => ask({ door: 'notice' }),
    setLanguage: (language) => ask({ door: 'set_language', language }),
    entidades: () => ask({ door: 'entidades' }),
    acceptNotice: (version) => ask({ door: 'accept_notice', version }),
    putActivationFront: (source, picture) => ask({ door: 'put_activation_front', source }, picture),
    setDemarcation: (entidad, seccion) => ask({ door: 'set_demarcation', entidad, seccion }),
    providers: () => ask({ door: 'providers' }),
    beginSignin: (provider) => ask({ door: 'begin_signin', provider }),
    openSigninAgain: () => ask({ door: 'open_signin_again' }),
    awaitSignin: () => ask({ door: 'await_signin' }),
    sendToProved: () => ask({ door: 'send_to_proved' }),
    lookAtAddress: (email) => ask({ door: 'look_at_address', email }),
    beginActivation: (email, email_again) => ask({ door: 'begin_activation', email, email_again }),
    resendCode: () => ask({ door: 'resend_code' }),
    lookAfterMail: () => ask({ door: 'look_after_mail' }),
    abandonActivation: () => ask({ door: 'abandon_activation' }),
    completeActivation: (code) => ask({ door: 'complete_activation', code }),
    campaigns: (search) => ask({ door: 'campaigns', search }),
    beginDraft: (campaign) => ask({ door: 'begin_draft', campaign }),
    chooseModel: (model) => ask({ door: 'choose_model', model }),
    look: (aim, frame) => ask({ door: 'look', aim }, frame),
    scannedQr: (text) => ask({ door: 'scanned_qr', text }),
    putPicture: (part, source, anyway, picture) => ask({ door: 'put_picture', part, source, anyway }, picture),
    useActivationFront: () => ask({ door: 'use_activation_front' }),
    typeFields: (fields) =>
      ask({
        door: 'type_fields',
        mrz: given(fields.mrz),
        curp: given(fields.curp),
        clave_elector: given(fields.claveElector),
        name: given(fields.name),
      }),
    confirmReading: () => ask({ door: 'confirm_reading' }),
    putSignature: (kind, picture) => ask({ door: 'put_signature', kind }, picture),
    picture: (part) => opener.bytes({ door: 'picture', part }, 'image/jpeg'),
    redo: (part) => ask({ door: 'redo', part }),
    discardDraft: () => ask({ door: 'discard_draft' }),
    send: (consent, notice_version) => ask({ door: 'send', consent, notice_version }),
    runQueue: () => ask({ door: 'run_queue' }),
    networkIs: (kind) => ask({ door: 'network_is', kind }),
    setWifiOnly: (wifi_only) => ask({ door: 'set_wifi_only', wifi_only }),
    cancel: (apoyo) => ask({ door: 'cancel', apoyo }),
    exportApoyo: (apoyo) => opener.bytes({ door: 'export', apoyo }, SEALED),
    retry: (apoyo) => ask({ door: 'retry', apoyo }),
    removeRefused: (apoyo) => ask({ door: 'remove_refused', apoyo }),
    refreshStatuses: () => ask({ door: 'refresh_statuses' }),
    receipt: (apoyo) => ask({ door: 'receipt', apoyo }),
    lossWasRead: () => ask({ door: 'loss_was_read' }),
    forgetEverything: () => ask({ door: 'forget_everything' }),
    openPage: (url) => opener.openPage?.(url),
    handOver: (file) => opener.handOver(file),
    openSettings: opener.openSettings,
    scanner: opener.scanner,
    privateScreen: async (isPrivate, guarded) => opener.privateScreen?.(isPrivate, guarded),
    bars: async (dark) => opener.bars?.(dark),
  }
}

/** Detects where the app runs, and connects the screen to its core. */
export async function connect(): Promise<Native> {
  const opener =
    '__TAURI_INTERNALS__' in window ? (await import('./tauri')).opener : (await import('./http')).opener
  return nativeOver(opener)
}

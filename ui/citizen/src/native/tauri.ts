/**
 * The app in its own window. The only file that imports `@tauri-apps`, so that the same screens run
 * in an ordinary browser.
 */
import { invoke } from '@tauri-apps/api/core'
import type { Door } from '../../../bindings/Door'
import type { HandedOver } from '../../../bindings/HandedOver'
import type { HandOverHow } from '../../../bindings/HandOverHow'
import { doorHeader } from './header'
import type { Opener } from './index'
import { base64Of, bytesOf, inPieces, type InMessage } from './pictures'
import { Refusal, refusalFrom } from './refusal'
import { phoneScanner, type Plugin } from './scanner'
import { onAndroid, onPhone } from './where'

/**
 * The body of a door. Android's WebView does not give request bodies to the app, so everything is sent
 * as one string of JSON. Bytes would become a list of numbers, with one function call for each, while
 * the page is frozen. Text is passed as it is, and the browser encodes it in the background.
 */
async function bodyOf(picture: Blob | undefined): Promise<Uint8Array | { picture?: InMessage }> {
  if (onAndroid()) return picture ? { picture: await shortened(picture) } : {}
  return picture ? bytesOf(picture) : new Uint8Array(0)
}

/** A file in a message that is short enough for Android: the page is frozen while a message goes. */
const shortened = (file: Blob) => inPieces(file, (of, nth, piece) => invoke('put_piece', { of, nth, piece }))

async function open(door: Door, picture?: Blob): Promise<unknown> {
  try {
    const body = await bodyOf(picture)
    return await invoke('open_door', body, { headers: { 'x-door': doorHeader(door) } })
  } catch (thrown) {
    throw refusalFrom(thrown, 'answer_malformed')
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal({ code: 'answer_malformed' })
  }
}

/** The barcode-scanner plugin, which can also open the settings. */
const plugin = () => import('@tauri-apps/plugin-barcode-scanner')

/** One try to hand a file to the system. */
async function give(file: File, how: HandOverHow): Promise<HandedOver> {
  try {
    const given = onAndroid() ? await shortened(file) : await base64Of(file)
    return await invoke('hand_over', { name: file.name, kind: file.type, file: given, how })
  } catch (thrown) {
    throw refusalFrom(thrown, 'phone_storage_fault')
  }
}

export const opener: Opener = {
  json: async (door, picture) => {
    const answer = await open(door, picture)
    // The shell may answer JSON as text or as bytes, which saves it a second parse.
    if (typeof answer === 'string') return parsed(answer)
    if (answer instanceof ArrayBuffer) return parsed(new TextDecoder().decode(answer))
    return answer
  },
  bytes: async (door, kind) => {
    const answer = await open(door)
    const bytes = answer instanceof ArrayBuffer ? answer : new Uint8Array(answer as number[])
    return new Blob([bytes], { type: kind })
  },
  handOver: async (file) => {
    const saved = await give(file, 'save')
    // No app of this phone can save files, but one that receives the file may.
    return saved === 'none' ? give(file, 'share') : saved
  },
  openSettings: onPhone()
    ? async () => (await plugin()).openAppSettings()
    : undefined,
  scanner: phoneScanner(async () => (await plugin()) as unknown as Plugin),
  privateScreen: (isPrivate, guarded) => invoke('set_private_screen', { private: isPrivate, guarded }),
  bars: (dark) => invoke('set_bars', { dark }),
}

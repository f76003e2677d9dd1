/**
 * The app in its own window. The only file that imports `@tauri-apps`, so that the same screens run
 * in an ordinary browser.
 */
import { invoke } from '@tauri-apps/api/core'
import type { Door } from '../../../bindings/Door'
import { bytesOf } from './bytes'
import { doorHeader } from './header'
import type { Opener, Scanner } from './index'
import { refusalFrom } from './refusal'

async function open(door: Door, picture?: Blob): Promise<unknown> {
  const body = picture ? await bytesOf(picture) : new Uint8Array(0)
  try {
    return await invoke('open_door', body, { headers: { 'x-door': doorHeader(door) } })
  } catch (thrown) {
    throw refusalFrom(thrown, 'answer_malformed')
  }
}

/** The barcode-scanner plugin exists on phones alone, and on some of them it does not work. */
const scanner: Scanner = {
  async available() {
    if (!/Android|iPhone|iPad/i.test(navigator.userAgent)) return false
    try {
      const { checkPermissions } = await import('@tauri-apps/plugin-barcode-scanner')
      return (await checkPermissions()) !== 'denied'
    } catch {
      return false
    }
  },
  async scan() {
    const { Format, requestPermissions, scan } = await import('@tauri-apps/plugin-barcode-scanner')
    if ((await requestPermissions()) !== 'granted') return null
    try {
      return (await scan({ windowed: false, formats: [Format.QRCode], cameraDirection: 'back' })).content
    } catch {
      // Stopped by the person, or the phone lacks what the plugin needs: the camera view goes on.
      return null
    }
  },
  async stop() {
    const { cancel } = await import('@tauri-apps/plugin-barcode-scanner')
    await cancel()
  },
}

export const opener: Opener = {
  json: async (door, picture) => {
    const answer = await open(door, picture)
    // The shell may answer JSON as text or as bytes, to spare itself a second parse.
    if (typeof answer === 'string') return JSON.parse(answer)
    if (answer instanceof ArrayBuffer) return JSON.parse(new TextDecoder().decode(answer))
    return answer
  },
  picture: async (door) => {
    const answer = await open(door)
    const bytes = answer instanceof ArrayBuffer ? answer : new Uint8Array(answer as number[])
    // The window's channel carries no media type: an exported apoyo is a file, all else a picture.
    return new Blob([bytes], { type: door.door === 'export' ? 'application/vnd.apoyo.file+json' : 'image/jpeg' })
  },
  scanner,
  privateScreen: (isPrivate) => invoke('set_private_screen', { private: isPrivate }),
}

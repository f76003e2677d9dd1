/** The barcode-scanner plugin: phones alone have it, and on some of them it does not work. */
import type { Scanner, Scanned } from './index'
import { onPhone } from './where'

/** What of the plugin is used. */
export interface Plugin {
  checkPermissions(): Promise<string>
  requestPermissions(): Promise<string>
  scan(options: object): Promise<{ content: string }>
  cancel(): Promise<void>
}

/** A scan that has found nothing by then ends. */
export const LONGEST_MS = 25_000
/** How long after a code that is not the small one it is looked again. */
const MOMENT_MS = 300

/**
 * Whether this is the text of the small QR: an address with a path. The two large codes of a G or H
 * card hold bytes, and the plugin hands over whatever it finds first.
 */
export function isSmallCode(text: string): boolean {
  return text.length <= 512 && /^https?:\/\/[\x21-\x7e]+$/i.test(text.trim())
}

/** What the scanner works with. */
export interface ScannerParts {
  load(): Promise<Plugin>
  /** Whether this is a phone. */
  phone: boolean
  /** Whether it has a camera: without one the plugin never answers. */
  hasCamera(): Promise<boolean>
  sleep(ms: number): Promise<void>
}

/** Scans until a small code was read, the person stops, or the time is over. */
export function scannerOver({ load, phone, hasCamera, sleep }: ScannerParts): Scanner {
  /** Grows with each scan and each stop, so that what is late concerns nothing newer. */
  let turn = 0
  /** Ends the scan that is under way, though the plugin may never answer it. */
  let release: () => void = () => undefined

  async function until(plugin: Plugin, mine: number): Promise<Scanned> {
    for (;;) {
      try {
        // Windowed: the page lies above the camera, with our frame and a way out.
        const { content } = await plugin.scan({ windowed: true, formats: ['QR_CODE'], cameraDirection: 'back' })
        if (mine !== turn) return { how: 'stopped' }
        if (isSmallCode(content)) return { how: 'read', text: content.trim() }
      } catch {
        return { how: mine === turn ? 'missing' : 'stopped' }
      }
      // A large code was in view: the hand has a moment to move on.
      await sleep(MOMENT_MS)
      if (mine !== turn) return { how: 'stopped' }
    }
  }

  async function end(plugin: Plugin) {
    turn += 1
    await plugin.cancel().catch(() => undefined)
  }

  return {
    async available() {
      if (!phone) return false
      try {
        return (await (await load()).checkPermissions()) !== 'denied' && (await hasCamera())
      } catch {
        return false
      }
    },
    async scan() {
      turn += 1
      const mine = turn
      try {
        const plugin = await load()
        if ((await plugin.requestPermissions()) !== 'granted') return { how: 'denied' }
        if (!(await hasCamera())) return { how: 'missing' }
        if (mine !== turn) return { how: 'stopped' }
        // Without Play services, or before Google's model has come, the plugin looks on for ever
        // and answers nothing: the clock does.
        const late = sleep(LONGEST_MS).then((): Scanned => ({ how: 'late' }))
        const stopped = new Promise<Scanned>((resolve) => (release = () => resolve({ how: 'stopped' })))
        const found = await Promise.race([until(plugin, mine), late, stopped])
        if (mine !== turn) return { how: 'stopped' }
        if (found.how === 'late') await end(plugin)
        return found
      } catch {
        return { how: 'missing' }
      }
    },
    async stop() {
      turn += 1
      release()
      await end(await load())
    },
  }
}

async function anyCamera(): Promise<boolean> {
  try {
    return (await navigator.mediaDevices.enumerateDevices()).some((one) => one.kind === 'videoinput')
  } catch {
    // Not known: the clock ends what never answers.
    return true
  }
}

/** The scanner of this phone, over the plugin that `load` brings. */
export function phoneScanner(load: () => Promise<Plugin>): Scanner {
  return scannerOver({
    load,
    phone: onPhone(),
    hasCamera: anyCamera,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
}

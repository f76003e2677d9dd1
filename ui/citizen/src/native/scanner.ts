/** The barcode-scanner plugin. Only phones have it, and on some of them it does not work. */
import type { Scanner, Scanned } from './index'
import { onPhone } from './where'

/** The part of the plugin that is used. */
export interface Plugin {
  checkPermissions(): Promise<string>
  requestPermissions(): Promise<string>
  scan(options: object): Promise<{ content: string }>
  cancel(): Promise<void>
}

/** The time limit of a scan. */
export const LONGEST_MS = 25_000
/** The pause after another code than the small one. */
const MOMENT_MS = 300

/**
 * Whether this is the text of the small QR: a URL with a path. The two large codes of a G or H card
 * hold bytes, and the plugin returns the first code that it finds.
 */
export function isSmallCode(text: string): boolean {
  return text.length <= 512 && /^https?:\/\/[\x21-\x7e]+$/i.test(text.trim())
}

/** The scanner's dependencies. */
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
  /** Grows with each scan and each stop, so that late events of an older one are ignored. */
  let turn = 0
  /** Ends the running scan, even if the plugin never answers it. */
  let release: () => void = () => undefined

  async function until(plugin: Plugin, mine: number): Promise<Scanned> {
    for (;;) {
      try {
        // Windowed: the page lies above the camera, with a frame and a way out.
        const { content } = await plugin.scan({ windowed: true, formats: ['QR_CODE'], cameraDirection: 'back' })
        if (mine !== turn) return { how: 'stopped' }
        if (isSmallCode(content)) return { how: 'read', text: content.trim() }
      } catch {
        return { how: mine === turn ? 'missing' : 'stopped' }
      }
      // A large code was in view: give the hand a moment to move.
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
        // Without Play services, or before Google's model is loaded, the plugin never answers. The
        // time limit ends the scan.
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
    // Unknown; the time limit ends a scan without an answer.
    return true
  }
}

/** The scanner of this phone, with the plugin that `load` imports. */
export function phoneScanner(load: () => Promise<Plugin>): Scanner {
  return scannerOver({
    load,
    phone: onPhone(),
    hasCamera: anyCamera,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
}

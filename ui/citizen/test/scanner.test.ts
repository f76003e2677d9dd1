import { describe, expect, it } from 'vitest'
import { isSmallCode, LONGEST_MS, scannerOver, type Plugin } from '../src/native/scanner'

const SMALL = 'http://qr.ine.mx/000123456789000123456789/20230415/P/000001'

/** A plugin that returns these contents in turn, and then never answers. */
function plugin(contents: (string | Error)[], parts: Partial<Plugin> & { camera?: boolean } = {}) {
  const said = { options: [] as object[], cancelled: 0, slept: [] as number[] }
  let wake: (() => void)[] = []
  const scanner = scannerOver({
    load: () =>
      Promise.resolve({
        checkPermissions: () => Promise.resolve('prompt'),
        requestPermissions: () => Promise.resolve('granted'),
        scan: (options: object) => {
          said.options.push(options)
          const next = contents.shift()
          if (next === undefined) return new Promise<{ content: string }>(() => undefined)
          return next instanceof Error ? Promise.reject(next) : Promise.resolve({ content: next })
        },
        cancel: () => Promise.resolve(void (said.cancelled += 1)),
        ...parts,
      }),
    phone: true,
    hasCamera: () => Promise.resolve(parts.camera ?? true),
    sleep: (ms) => {
      said.slept.push(ms)
      return ms === LONGEST_MS ? new Promise((resolve) => wake.push(resolve)) : Promise.resolve()
    },
  })
  return { scanner, said, timeIsOver: () => wake.forEach((one) => one()) }
}

const turns = async () => {
  for (let nth = 0; nth < 30; nth++) await Promise.resolve()
}

describe('the phone’s own scanner', () => {
  it('is windowed, so that the page can lie above it', async () => {
    const { scanner, said } = plugin([SMALL])
    expect(await scanner.scan()).toEqual({ how: 'read', text: SMALL })
    expect(said.options).toEqual([{ windowed: true, formats: ['QR_CODE'], cameraDirection: 'back' }])
  })

  it('passes over the dense codes of a card', async () => {
    const dense = '\u0001\u0080binary'.repeat(40)
    const { scanner } = plugin([dense, 'A'.repeat(300), SMALL])
    expect(await scanner.scan()).toEqual({ how: 'read', text: SMALL })
    expect(isSmallCode(dense)).toBe(false)
    expect(isSmallCode('x'.repeat(600))).toBe(false)
  })

  it('ends by itself after 25 seconds, and lets go of the camera', async () => {
    const { scanner, said, timeIsOver } = plugin([])
    const scan = scanner.scan()
    await turns()
    expect(said.slept).toContain(25_000)
    timeIsOver()
    expect(await scan).toEqual({ how: 'late' })
    expect(said.cancelled).toBe(1)
  })

  it('stops at once when the person wants that, though the plugin never answers', async () => {
    const { scanner, said } = plugin([])
    const scan = scanner.scan()
    await turns()
    await scanner.stop()
    expect(await scan).toEqual({ how: 'stopped' })
    expect(said.cancelled).toBe(1)
  })

  it('a phone without a camera, without the permission, or whose plugin fails: three endings', async () => {
    expect(await plugin([], { camera: false }).scanner.scan()).toEqual({ how: 'missing' })
    expect(await plugin([], { requestPermissions: () => Promise.resolve('denied') }).scanner.scan()).toEqual({ how: 'denied' })
    expect(await plugin([new Error('no Play services')]).scanner.scan()).toEqual({ how: 'missing' })
  })
})

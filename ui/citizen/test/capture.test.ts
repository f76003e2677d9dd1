import { describe, expect, it } from 'vitest'
import type { FrameLook } from '../../bindings/FrameLook'
import { advisor, announcer } from '../src/capture/advising'
import { aim } from '../src/capture/aiming'
import { troubleOf } from '../src/capture/camera'
import { fitted, viewRatio, visiblePart } from '../src/capture/picture'

const SEEN: FrameLook = { advice: 'good', card: null, corners: null, qr_read: true, good: true, steady: 1, steady_needed: 3, take: false }
const look = (frame: 'bad' | 'good' | 'take'): FrameLook =>
  frame === 'bad' ? { ...SEEN, advice: 'come_closer', qr_read: false, good: false, steady: 0 } : { ...SEEN, take: frame === 'take' }

/** A hand that aims: what the core says to each frame, a look takes `takes` milliseconds. */
function aiming(frames: ('bad' | 'good' | 'take' | 'fault')[], takes: number, automatic = true) {
  let clock = 0
  let busy = 0
  let most = 0
  const begun: number[] = []
  let taken = 0
  let stop: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    stop = aim({
      frame: () => Promise.resolve(new Blob([])),
      look: async () => {
        begun.push(clock)
        busy += 1
        most = Math.max(most, busy)
        await Promise.resolve()
        clock += takes
        busy -= 1
        const next = frames.shift()
        if (frames.length === 0) queueMicrotask(() => (stop(), resolve()))
        if (next === 'fault') throw new Error('no answer')
        return look(next ?? 'bad')
      },
      seen: () => undefined,
      take: () => {
        taken += 1
        resolve()
      },
      sleep: (ms) => {
        clock += ms
        return Promise.resolve()
      },
      now: () => clock,
      automatic: () => automatic,
    })
  })
  return ended.then(() => ({ begun, most, taken }))
}

describe('aiming', () => {
  it('takes the picture when the core says so, and once', async () => {
    const seen = await aiming(['bad', 'good', 'bad', 'good', 'take', 'take', 'good'], 20)
    expect(seen.taken).toBe(1)
    expect(seen.begun).toHaveLength(5)
  })

  it('never looks at two frames at once, and at most six times a second', async () => {
    const seen = await aiming(Array<'bad'>(20).fill('bad'), 5)
    expect(seen.most).toBe(1)
    expect(seen.begun.filter((at) => at < 1000).length).toBeLessThanOrEqual(6)
  })

  it('a slow phone is not pushed: the next look waits for the last', async () => {
    const seen = await aiming(['bad', 'bad', 'bad'], 900)
    expect(seen.begun).toEqual([0, 900, 1800])
  })

  it('a look that fails costs a pause, not the camera', async () => {
    const seen = await aiming(['fault', 'good', 'take', 'bad'], 10)
    expect(seen.begun[1]).toBe(1000)
    expect(seen.taken).toBe(1)
  })

  it('switched off, it only advises', async () => {
    const seen = await aiming(['good', 'good', 'take', 'good'], 10, false)
    expect(seen.taken).toBe(0)
  })
})

describe('what is said while aiming', () => {
  const says = (advice: FrameLook['advice'], good = false): FrameLook => ({ ...SEEN, advice, good })

  it('stands long enough to be read, however the hand trembles', () => {
    const advise = advisor()
    expect(advise(says('come_closer'), 0)).toBe('come_closer')
    expect(advise(says('glare'), 170)).toBe('come_closer')
    expect(advise(says('hold_still'), 340)).toBe('come_closer')
    expect(advise(says('glare'), 710)).toBe('glare')
    expect(advise(says('come_closer'), 900)).toBe('glare')
  })

  it('but a good frame is told at once', () => {
    const advise = advisor()
    advise(says('come_closer'), 0)
    expect(advise(says('good', true), 100)).toBe('good')
  })
})

describe('what is spoken while aiming', () => {
  it('is only what stands, and never before the last could be heard', () => {
    const announce = announcer()
    expect(announce('come_closer', 0)).toBe(null)
    expect(announce('glare', 400)).toBe(null)
    expect(announce('glare', 1400)).toBe('glare')
    expect(announce('hold_still', 1600)).toBe('glare')
    expect(announce('hold_still', 2900)).toBe('glare')
    expect(announce('hold_still', 4500)).toBe('hold_still')
  })
})

describe('the still is what the person sees', () => {
  it('a webcam on its side is shown whole', () => {
    const ratio = viewRatio(1920, 1080, 'card')
    expect(visiblePart(1920, 1080, ratio)).toEqual({ x: 0, y: 0, width: 1920, height: 1080 })
  })

  it('of an upright phone the middle is shown, as wide as the camera', () => {
    const ratio = viewRatio(1080, 1920, 'card')
    expect(ratio).toBe(1.2)
    expect(visiblePart(1080, 1920, ratio)).toEqual({ x: 0, y: 510, width: 1080, height: 900 })
  })

  it('frames are made smaller, never larger', () => {
    expect(fitted({ x: 0, y: 0, width: 1920, height: 1080 }, 1280)).toEqual({ width: 1280, height: 720 })
    expect(fitted({ x: 0, y: 0, width: 640, height: 480 }, 1280)).toEqual({ width: 640, height: 480 })
  })
})

describe('a camera that cannot be opened', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'none'],
    ['NotReadableError', 'busy'],
    ['TypeError', 'unsupported'],
  ])('%s is told as %s', (name, trouble) => {
    expect(troubleOf(name)).toBe(trouble)
  })
})

import { describe, expect, it } from 'vitest'
import type { FrameLook } from '../../bindings/FrameLook'
import { advisor, announcer } from '../src/capture/advising'
import { aim } from '../src/capture/aiming'
import { troubleOf } from '../src/capture/camera'
import { constraintsFor } from '../src/capture/camera'
import { isReadable } from '../src/capture/chosen'
import { isBetter } from '../src/capture/photo'
import { fitted, viewRatio, visiblePart } from '../src/capture/picture'
import { onAndroid, onPhone, turnsHeic } from '../src/native/where'

const SEEN: FrameLook = { advice: 'good', card: null, corners: null, qr_read: true, good: true, steady: 1, steady_needed: 3, take: false }
const look = (frame: 'bad' | 'good' | 'take'): FrameLook =>
  frame === 'bad' ? { ...SEEN, advice: 'come_closer', qr_read: false, good: false, steady: 0 } : { ...SEEN, take: frame === 'take' }

/** A simulated aiming hand: the core's answer to each frame, which takes `takes` milliseconds. */
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

  it('a slow phone makes the next frame while the core looks; a fast one takes a fresh one', async () => {
    for (const [takes, overlaps] of [[900, true], [20, false]] as const) {
      let looking = 0
      let during = 0
      let looks = 0
      let clock = 0
      const turn = () => new Promise<void>((resolve) => setTimeout(resolve))
      await new Promise<void>((resolve) => {
        const stop = aim({
          frame: () => {
            during += looking
            return Promise.resolve(new Blob([]))
          },
          look: async () => {
            looking += 1
            await turn()
            clock += takes
            looking -= 1
            looks += 1
            if (looks === 5) queueMicrotask(() => (stop(), resolve()))
            return look('bad')
          },
          seen: () => undefined,
          take: () => undefined,
          sleep: async (ms) => {
            clock += ms
            await turn()
          },
          now: () => clock,
          automatic: () => true,
        })
      })
      expect(during > 0, `a look takes ${takes} ms`).toBe(overlaps)
    }
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

  it('stays long enough to be read, however the hand trembles', () => {
    const advise = advisor()
    expect(advise(says('come_closer'), 0)).toBe('come_closer')
    expect(advise(says('glare'), 170)).toBe('come_closer')
    expect(advise(says('hold_still'), 340)).toBe('come_closer')
    expect(advise(says('glare'), 710)).toBe('glare')
    expect(advise(says('come_closer'), 900)).toBe('glare')
  })

  it('but a good frame is announced at once', () => {
    const advise = advisor()
    advise(says('come_closer'), 0)
    expect(advise(says('good', true), 100)).toBe('good')
  })
})

describe('what is spoken while aiming', () => {
  it('is only what stays, and never before the last could be heard', () => {
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

/** The share of the view that a card fills across: the frame of GuideOverlay. */
const CARD = 0.92

describe('a card has the pixels that reading counts on', () => {
  // docs/reading.md: at 1280×720 and a card of about 1,000 px level 4 is read, and from 2 MP on a
  // card of about 1,500 px with room to spare.
  it.each([
    ['upright 4:3, as it is asked for', 1920, 2560, 1766],
    ['upright 4:3 of a smaller camera', 1440, 1920, 1325],
    ['upright 16:9, where there is no 4:3', 1080, 1920, 994],
    ['upright 720p', 720, 1280, 662],
  ])('%s', (_, width, height, least) => {
    const part = visiblePart(width, height, viewRatio(width, height, 'card'))
    const size = fitted(part, 3072)
    expect(Math.round(size.width * CARD)).toBeGreaterThanOrEqual(least)
  })

  it('the shorter side is asked for, since an upright phone swaps the two', () => {
    const { width, height } = constraintsFor('back', null) as { width: { ideal: number }; height: { ideal: number } }
    expect(Math.min(width.ideal, height.ideal)).toBeGreaterThanOrEqual(1920)
    expect(width.ideal / height.ideal).toBeCloseTo(4 / 3)
    expect(constraintsFor('back', 'lens-2')).toMatchObject({ deviceId: { exact: 'lens-2' } })
    expect(constraintsFor('selfie', null)).toMatchObject({ facingMode: { ideal: 'user' } })
  })

  it('the sensor is taken where it has more pixels of the same view', () => {
    const video = { width: 720, height: 1280 }
    expect(isBetter({ width: 3024, height: 4032 }, video, 1.2)).toBe(true)
    expect(isBetter({ width: 720, height: 960 }, video, 1.2)).toBe(false)
    // On its side; the direction to turn it is not known.
    expect(isBetter({ width: 4032, height: 3024 }, video, 1.2)).toBe(false)
  })
})

describe('a picture from elsewhere', () => {
  it('JPEG and PNG go through as they are', () => {
    expect(isReadable(new Uint8Array([0xff, 0xd8, 0xff, 0xe1]))).toBe(true)
    expect(isReadable(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))).toBe(true)
    expect(isReadable(new TextEncoder().encode('\0\0\0\x24ftypheic'))).toBe(false)
    expect(isReadable(new Uint8Array())).toBe(false)
  })
})

describe('a camera that cannot be opened', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'none'],
    ['NotReadableError', 'busy'],
    ['TypeError', 'unsupported'],
  ])('%s is shown as %s', (name, trouble) => {
    expect(troubleOf(name)).toBe(trouble)
  })
})

describe('on what the screens run', () => {
  const ANDROID = 'Mozilla/5.0 (Linux; Android 13; SM-A042M; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36'
  const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'
  const MAC_CHROME = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'
  const MAC_SAFARI = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15'

  it.each([
    [ANDROID, { phone: true, android: true, heic: false }],
    [IPHONE, { phone: true, android: false, heic: true }],
    [MAC_CHROME, { phone: false, android: false, heic: false }],
    [MAC_SAFARI, { phone: false, android: false, heic: true }],
  ])('%s', (agent, { phone, android, heic }) => {
    expect(onPhone(MAC_SAFARI, 5), 'an iPad').toBe(true)
    expect([onPhone(agent, 0), onAndroid(agent), turnsHeic(agent)]).toEqual([phone, android, heic])
  })
})

import { describe, expect, it } from 'vitest'
import type { FrameLook } from '../../bindings/FrameLook'
import { advisor } from '../src/capture/advising'
import { aim } from '../src/capture/aiming'
import { troubleOf } from '../src/capture/camera'
import { mayOverrule, worthShowing } from '../src/capture/judging'
import { fitted, viewRatio, visiblePart } from '../src/capture/picture'

const look = (good: boolean): FrameLook => ({ advice: good ? 'good' : 'come_closer', corners: null, qr_read: good, good })

/** A hand that aims: each frame is good or not, a look takes `takes` milliseconds. */
function aiming(frames: (boolean | 'fault')[], takes: number, automatic = true) {
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
        return look(next === true)
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
      automatic,
    })
  })
  return ended.then(() => ({ begun, most, taken }))
}

describe('aiming', () => {
  it('takes the picture at the second good frame in a row, and once', async () => {
    const seen = await aiming([false, true, false, true, true, true, true], 20)
    expect(seen.taken).toBe(1)
    expect(seen.begun).toHaveLength(5)
  })

  it('never looks at two frames at once, and at most six times a second', async () => {
    const seen = await aiming(Array<boolean>(20).fill(false), 5)
    expect(seen.most).toBe(1)
    expect(seen.begun.filter((at) => at < 1000).length).toBeLessThanOrEqual(6)
  })

  it('a slow phone is not pushed: the next look waits for the last', async () => {
    const seen = await aiming([false, false, false], 900)
    expect(seen.begun).toEqual([0, 900, 1800])
  })

  it('a look that fails costs a pause, not the camera', async () => {
    const seen = await aiming(['fault', true, true, false], 10)
    expect(seen.begun[1]).toBe(1000)
    expect(seen.taken).toBe(1)
  })

  it('a face is never taken by itself', async () => {
    const seen = await aiming([true, true, true, true], 10, false)
    expect(seen.taken).toBe(0)
  })
})

describe('what is said while aiming', () => {
  const says = (advice: FrameLook['advice'], good = false): FrameLook => ({ advice, corners: null, qr_read: false, good })

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

describe('what stops, and what only informs', () => {
  it('a file or a typed signature needs no second thought', () => {
    expect(worthShowing(['from_file', 'typed_signature', 'glare'])).toEqual(['glare'])
  })

  it('only what the core takes when told so may be overruled', () => {
    expect(mayOverrule('picture_blurred')).toBe(true)
    expect(mayOverrule('qr_not_found')).toBe(false)
    expect(mayOverrule('picture_broken')).toBe(false)
  })

  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'none'],
    ['NotReadableError', 'busy'],
    ['TypeError', 'unsupported'],
  ])('%s is told as %s', (name, trouble) => {
    expect(troubleOf(name)).toBe(trouble)
  })
})

import { describe, expect, it } from 'vitest'
import { CameraError, type CameraTrouble } from '../src/capture/camera'
import { keepCamera } from '../src/capture/keeper'
import { betterLens, lensesFor, nextLens, type Lens } from '../src/capture/lenses'

/** A camera with a simulated clock. `answers` has the result of each request, which takes `takes` milliseconds. */
function kept(answers: (CameraTrouble | 'opens')[], takes = 50) {
  let clock = 0
  let due: { at: number; go: () => void }[] = []
  const calls: number[] = []
  const alive = new Set<number>()
  const told: CameraTrouble[] = []
  let most = 0
  const sleep = (ms: number) => new Promise<void>((go) => due.push({ at: clock + ms, go }))
  const keeper = keepCamera<number>({
    open: async () => {
      calls.push(clock)
      const nth = calls.length
      await sleep(takes)
      const answer = answers[nth - 1] ?? answers[answers.length - 1] ?? 'opens'
      if (answer !== 'opens') throw new CameraError(answer)
      alive.add(nth)
      most = Math.max(most, alive.size)
      return nth
    },
    close: (camera) => void alive.delete(camera),
    now: () => undefined,
    trouble: (trouble) => told.push(trouble),
    sleep,
  })
  /** Lets this time pass, with everything that is due in it. */
  async function pass(ms: number) {
    const end = clock + ms
    for (;;) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      const next = due.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      due = due.filter((one) => one !== next)
      clock = next.at
      next.go()
    }
    clock = end
  }
  return { keeper, pass, calls, alive, told, most: () => most }
}

describe('a camera is kept open while it is wanted', () => {
  it('denied while the page is hidden: asked once, told once', async () => {
    const { keeper, pass, calls, told } = kept(['denied'], 200)
    keeper.want(true)
    await pass(20)
    keeper.want(false) // The question is an activity of its own.
    await pass(300)
    keeper.want(true)
    await pass(10_000)
    expect(calls).toEqual([0])
    expect(told).toEqual(['denied'])
  })

  it('granted while the page is hidden: one request, and that stream stays', async () => {
    const { keeper, pass, calls, alive, told } = kept(['opens'], 200)
    keeper.want(true)
    await pass(20)
    keeper.want(false)
    await pass(300)
    keeper.want(true)
    await pass(150)
    keeper.delivers()
    await pass(10_000)
    expect(calls).toHaveLength(1)
    expect(alive.size).toBe(1)
    expect(told).toEqual([])
  })

  it('granted, and the page never came back: the camera is closed', async () => {
    const { keeper, pass, alive, calls } = kept(['opens'])
    keeper.want(true)
    keeper.want(false)
    await pass(5_000)
    expect(alive.size).toBe(0)
    keeper.want(true)
    await pass(100)
    expect(calls).toHaveLength(2)
    expect(alive.size).toBe(1)
  })

  it('busy is tried again after 300 and 900 ms before it is said', async () => {
    const { keeper, pass, calls, told } = kept(['busy'], 0)
    keeper.want(true)
    await pass(5_000)
    expect(calls).toEqual([0, 300, 1200])
    expect(told).toEqual(['busy'])
    const late = kept(['busy', 'opens'], 0)
    late.keeper.want(true)
    await late.pass(1_000)
    expect(late.told).toEqual([])
    expect(late.alive.size).toBe(1)
  })

  it('no frame within three seconds: opened again twice, then said', async () => {
    const { keeper, pass, calls, alive, told, most } = kept(['opens'], 0)
    keeper.want(true)
    await pass(20_000)
    expect(calls).toEqual([0, 3000, 6000])
    expect(told).toEqual(['silent'])
    expect(alive.size).toBe(0)
    expect(most()).toBe(1)
  })

  it('one that delivers is left alone; one that stops is opened again', async () => {
    const { keeper, pass, calls } = kept(['opens'], 0)
    keeper.want(true)
    await pass(100)
    keeper.delivers()
    await pass(10_000)
    expect(calls).toHaveLength(1)
    keeper.ended()
    await pass(100)
    expect(calls).toHaveLength(2)
  })

  it('leaving the screen while it is asked for leaves no camera on and says nothing', async () => {
    const { keeper, pass, alive, told } = kept(['opens'], 500)
    keeper.want(true)
    keeper.end()
    await pass(5_000)
    expect(alive.size).toBe(0)
    expect(told).toEqual([])
  })
})

const lens = (...labels: string[]): Lens[] => labels.map((label) => ({ deviceId: label || 'unnamed', label }))

describe('the lens that focuses near', () => {
  const IPHONE = lens('Front Camera', 'Back Camera', 'Back Ultra Wide Camera', 'Back Telephoto Camera', 'Back Dual Wide Camera', 'Back Triple Camera')
  const SPANISH = lens('Cámara frontal', 'Cámara trasera', 'Cámara trasera ultra gran angular', 'Cámara trasera con doble gran angular', 'Cámara triple trasera')
  const ANDROID = lens('camera2 1, facing front', 'camera2 2, facing back', 'camera2 0, facing back')

  it.each([
    ['an iPhone Pro', IPHONE, 'Back Camera', 'Back Triple Camera'],
    ['an iPhone without the third lens', IPHONE.slice(0, 5), 'Back Camera', 'Back Dual Wide Camera'],
    ['an iPhone in Spanish', SPANISH, 'Cámara trasera', 'Cámara triple trasera'],
    ['an Android that opened the wide lens', ANDROID, 'camera2 2, facing back', 'camera2 0, facing back'],
  ])('%s', (_, all, open, better) => {
    expect(betterLens(lensesFor('back', all), open, false)?.label).toBe(better)
  })

  it.each([
    ['the best one is open', IPHONE, 'Back Triple Camera'],
    ['one lens alone', lens('Back Camera'), 'Back Camera'],
    ['a webcam', lens('Integrated Camera', 'USB Camera'), 'Integrated Camera'],
    ['labels in a language that is not known', lens('后置相机', '后置广角相机'), '后置相机'],
  ])('is left alone: %s', (_, all, open) => {
    expect(betterLens(lensesFor('back', all), open, false)).toBeNull()
  })

  it('a lens that cannot focus by itself gives way to any other that is no telephoto', () => {
    const all = lensesFor('back', lens('camera2 0, facing back', 'camera2 2, facing back'))
    expect(betterLens(all, 'camera2 0, facing back', true)?.label).toBe('camera2 2, facing back')
    expect(betterLens(lensesFor('back', lens('Back Camera', 'Back Telephoto Camera')), 'Back Camera', true)).toBeNull()
  })

  it('another camera is the next one on that side, and the first after the last', () => {
    const back = lensesFor('front', ANDROID)
    expect(back.map((one) => one.label)).not.toContain('camera2 1, facing front')
    expect(nextLens(back, 'camera2 2, facing back')?.label).toBe('camera2 0, facing back')
    expect(nextLens(back, 'camera2 0, facing back')?.label).toBe('camera2 2, facing back')
    expect(nextLens(lens('one'), 'one')).toBeNull()
    expect(lensesFor('selfie', ANDROID).map((one) => one.label)).toEqual(['camera2 1, facing front'])
  })
})

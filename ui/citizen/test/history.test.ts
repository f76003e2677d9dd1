import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Entries } from '@apoyo/design/history'

/** A simulated history, which announces a move later, as a browser does. */
class Browser implements Entries {
  entries: unknown[] = [null]
  at = 0
  left = false
  told: (state: unknown) => void = () => undefined
  get state() {
    return this.entries[this.at]
  }
  pushState(state: unknown) {
    this.entries = [...this.entries.slice(0, this.at + 1), state]
    this.at += 1
  }
  replaceState(state: unknown) {
    this.entries[this.at] = state
  }
  go(delta: number) {
    setTimeout(() => this.move(delta))
  }
  move(delta: number) {
    if (this.at + delta < 0) this.left = true
    else {
      this.at += delta
      this.told(this.state)
    }
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
let browser: Browser
let history: typeof import('@apoyo/design/history')

async function back() {
  browser.move(-1)
  await settled()
}

beforeEach(async () => {
  vi.resetModules()
  history = await import('@apoyo/design/history')
  browser = new Browser()
  history.listen(browser, (told) => (browser.told = told))
})

describe('the phone’s own back', () => {
  it('closes a sheet and leaves what is beneath it alone', async () => {
    const screens = history.path((left) => log.push(`screen ${left}`))
    const log: string[] = []
    screens.count(2)
    const sheet = history.layer(() => (log.push('sheet'), sheet()))
    await settled()
    expect(browser.at).toBe(3)
    await back()
    expect(log).toEqual(['sheet'])
    await back()
    expect(log).toEqual(['sheet', 'screen 1'])
    expect(browser.left).toBe(false)
  })

  it('a sheet that was closed by its button leaves no entry behind', async () => {
    const screens = history.path(() => undefined)
    screens.count(1)
    const sheet = history.layer(() => undefined)
    await settled()
    sheet()
    await settled()
    expect(browser.at).toBe(1)
  })

  it('walks back through the steps of a path, and then leaves the app', async () => {
    const lefts: number[] = []
    const steps = history.path((left) => lefts.push(left))
    for (const at of [1, 2, 3]) {
      steps.count(at)
      await settled()
    }
    for (let presses = 0; presses < 3; presses++) await back()
    expect(lefts).toEqual([2, 1, 0])
    await back()
    expect(browser.left).toBe(true)
  })

  it('a step that must not be left is still there after back', async () => {
    const steps = history.path(() => steps.count(2))
    steps.count(2)
    await settled()
    await back()
    expect(browser.at).toBe(2)
    await back()
    expect(browser.left).toBe(false)
  })

  it('going home from deep inside takes all entries away', async () => {
    const screens = history.path(() => undefined)
    const steps = history.path(() => undefined)
    screens.count(3)
    steps.count(6)
    await settled()
    expect(browser.at).toBe(9)
    steps.close()
    screens.count(0)
    await settled()
    expect(browser.at).toBe(0)
  })

  it('after a reload what lies below is left step by step, and no one is held in the app', async () => {
    browser.entries = [null, { depth: 1 }, { depth: 2 }]
    browser.at = 2
    vi.resetModules()
    history = await import('@apoyo/design/history')
    history.listen(browser, (told) => (browser.told = told))
    const undone: number[] = []
    const steps = history.path((left) => undone.push(left))
    steps.count(1)
    await settled()
    expect(browser.at).toBe(3)
    for (let presses = 0; presses < 4; presses++) await back()
    expect(undone).toEqual([0])
    expect(browser.left).toBe(true)
  })

  it('forward leads nowhere: what was left is not made up', async () => {
    const screens = history.path(() => undefined)
    screens.count(1)
    await settled()
    await back()
    browser.move(1)
    await settled()
    expect(browser.at).toBe(0)
  })

  it('what changes while the browser is still going back is made up for afterwards', async () => {
    const screens = history.path(() => undefined)
    screens.count(3)
    await settled()
    screens.count(0)
    await Promise.resolve()
    screens.count(2)
    await settled()
    await settled()
    expect(browser.at).toBe(2)
  })
})

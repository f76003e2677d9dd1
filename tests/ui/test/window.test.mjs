// Beto gives his apoyo in the app's own window: WebKitGTK, Tauri, a fake camera.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { stepsFor, walk, WHOLE_JOB } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'
import { openWindow } from '../src/window.mjs'

let system
let browser

before(async () => {
  system = await startSystem('window', { withHost: false })
  browser = await openWindow({ folder: system.folder, server: system.server })
})
after(async () => {
  await browser?.close()
  await system?.stop()
})

test('beto_gives_his_apoyo_in_the_window', { timeout: 400_000 }, async () => {
  const campaign = CAMPAIGNS[0].id
  const { steps, notes } = stepsFor({ browser, who: citizen(3), system, email: 'beto@ejemplo.mx', campaign })
  try {
    const passed = await walk(browser.screen, steps, { to: 'receipt' })
    assert.deepEqual(passed.filter((name) => name !== 'sending'), WHOLE_JOB)
  } catch (fault) {
    writeFileSync(join(system.folder, 'window.png'), await browser.screen.screenshot())
    throw fault
  }
  assert.deepEqual(notes.anyway, [])
  const one = await until('the tally counts him', async () => {
    const tally = await system.tally(campaign)
    return tally.total.received > 0 && tally.total.pending === 0 && tally
  })
  assert.equal(one.total.preliminary, 1)
})

test('the_window_goes_nowhere_else_and_shows_no_other_origin', async () => {
  const { call } = browser.session
  const script = (text) => call('POST', '/execute/sync', { script: text, args: [] })
  const home = await script('return location.href')
  assert.match(home, /^tauri:\/\/localhost/)
  await script('location.href = "http://127.0.0.1:9/"; return null')
  await script('return window.open("http://127.0.0.1:9/") === null')
  assert.equal(new URL(await script('return location.href')).origin, new URL(home).origin)
  assert.equal(await script('return Object.isFrozen(Object.prototype)'), true)
})

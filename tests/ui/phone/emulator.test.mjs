// Nadia gives her apoyo on an Android emulator, against a real server on the machine beside it.
//
//   APOYO_APK=…/app-x86_64-debug.apk APOYO_SERVER_PORT=8080 node --test phone/
//
// Not part of `npm test`: it needs an emulator that runs, and a package that was built for this
// server (`APOYO_SERVER=http://127.0.0.1:8080`).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stepsFor, walk, WHOLE_JOB } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { run, until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'
import { activityInFront, drawsTheApp, install, launch, openApp } from './emulator.mjs'

let system

before(async () => {
  system = await startSystem('emulator', { withHost: false, port: Number(process.env.APOYO_SERVER_PORT ?? 8080) })
  install(process.env.APOYO_APK, system.server)
  await launch()
})
after(async () => system?.stop())

test('nadia_gives_her_apoyo_on_her_phone', { timeout: 600_000, skip: !drawsTheApp() && 'an old WebView' }, async () => {
  const app = await openApp()
  const campaign = CAMPAIGNS[0].id
  const { steps } = stepsFor({ browser: app, who: citizen(4), system, email: 'nadia@ejemplo.mx', campaign })
  const passed = await walk(app.screen, steps, { to: 'receipt' })
  assert.deepEqual(passed.filter((name) => name !== 'sending'), WHOLE_JOB)
  const one = await until('the tally counts her', async () => {
    const tally = await system.tally(campaign)
    return tally.total.received > 0 && tally.total.pending === 0 && tally
  })
  assert.equal(one.total.preliminary, 1)
  await app.close()
})

test('her_credential_is_in_no_screenshot', { skip: !drawsTheApp() && 'an old WebView' }, async () => {
  const windows = run('adb', ['shell', 'dumpsys', 'window', 'windows'])
  const ours = windows.split('Window #').find((one) => one.includes('mx.apoyo.ciudadano/'))
  assert.match(ours ?? '', /SECURE/, 'the receipt is a private screen')
})

test('whoever_has_an_old_webview_is_told_what_to_do', { skip: drawsTheApp() && 'a WebView that draws the app' }, async () => {
  await until('the plain page', () => activityInFront().endsWith('OldWebViewActivity'))
})

// Nadia gives her apoyo on an Android emulator, against a real server on the same machine, over
// TLS.
//
//   APOYO_APK=…/app-x86_64-debug.apk APOYO_TLS=folder APOYO_CAMERA=emulated node --test phone/
//
// Not part of `npm test`: it needs an emulator that runs, and a package that was built for
// https://localhost:8443 and for the authority in APOYO_TLS (.github/workflows/android.yml).
// APOYO_CAMERA says which camera the emulator has: none, emulated or virtualscene. APOYO_WEBVIEW is
// `newer` where an old image was given the WebView of a newer one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { stepsFor, walk, WHOLE_JOB } from '../src/job.mjs'
import { citizen } from '../src/people.mjs'
import { run, until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'
import {
  activityInFront, allowCamera, answerCameraQuestion, api, drawsTheApp, forget, install, launch, openApp, touch,
  webviewFrame,
} from './emulator.mjs'
import { PORT, startTls } from './tls.mjs'

const OLD = { skip: !drawsTheApp() && 'an old WebView' }
const NO_CAMERA = { skip: (!drawsTheApp() || (process.env.APOYO_CAMERA ?? 'none') === 'none') && 'no camera' }

let system
let tls

before(async () => {
  system = await startSystem('emulator', { withHost: false })
  tls = await startTls(process.env.APOYO_TLS, system.server)
  install(process.env.APOYO_APK, PORT)
  await launch()
})
after(async () => {
  tls?.stop()
  await system?.stop()
})

/** Nadia's steps on this phone. */
const nadia = (app) =>
  stepsFor({ browser: app, who: citizen(4), system, email: 'nadia@ejemplo.mx', campaign: CAMPAIGNS[0].id }).steps

/** From a new start to the first screen with a camera, without a picture of ours. */
async function toTheCamera() {
  forget()
  await launch()
  const app = await openApp({ fake: false })
  await walk(app.screen, nadia(app), { to: 'activation-front' })
  return app
}

test('a_denied_camera_is_asked_for_once_and_told', NO_CAMERA, async () => {
  const app = await toTheCamera()
  await answerCameraQuestion('deny')
  await app.page.getByTestId('camera-trouble').waitFor({ timeout: 15_000 })
  // A second question would be another activity in front.
  await pause(5000)
  assert.ok(activityInFront().endsWith('MainActivity'))
  await app.close()
})

test('an_allowed_camera_is_upright_and_delivers', NO_CAMERA, async () => {
  const app = await toTheCamera()
  await answerCameraQuestion('allow')
  const seen = await until('the camera delivers', () =>
    app.page.evaluate(() => {
      const video = document.querySelector('video')
      return video && video.videoWidth > 0 && { width: video.videoWidth, height: video.videoHeight }
    }),
  )
  assert.ok(seen.height > seen.width, `held upright the picture is ${seen.width}×${seen.height}`)
  await app.close()
})

test('nadia_gives_her_apoyo_on_her_phone', { timeout: 600_000, ...OLD }, async () => {
  forget()
  allowCamera()
  await launch()
  const app = await openApp()
  const passed = await walk(app.screen, nadia(app), { to: 'receipt' })
  assert.deepEqual(passed.filter((name) => name !== 'sending'), WHOLE_JOB)
  const one = await until('the tally counts her', async () => {
    const tally = await system.tally(CAMPAIGNS[0].id)
    return tally.total.received > 0 && tally.total.pending === 0 && tally
  })
  assert.equal(one.total.preliminary, 1)
  assert.ok(tls.seen.handshakes > 0, 'the app came over TLS')
  await app.close()
})

test('her_credential_is_in_no_screenshot', OLD, async () => {
  const windows = run('adb', ['shell', 'dumpsys', 'window', 'windows'])
  const ours = windows.split('Window #').find((one) => one.includes('mx.apoyo.ciudadano/'))
  assert.match(ours ?? '', /SECURE/, 'the receipt is a private screen')
})

test('neither_bars_nor_keyboard_lie_over_the_page', OLD, async () => {
  forget()
  allowCamera()
  await launch()
  const app = await openApp()
  await app.page.getByTestId('notice-agreed').waitFor()
  const before = webviewFrame()
  assert.ok(before.top > 0, 'the page begins below the status bar')
  // Any field brings the keyboard, when a finger touches it: the page must become shorter by it.
  const field = await app.page.evaluate(() => {
    const input = document.createElement('input')
    document.body.prepend(input)
    const { left, top, width, height } = input.getBoundingClientRect()
    return { x: (left + width / 2) * devicePixelRatio, y: (top + height / 2) * devicePixelRatio }
  })
  touch(before.left + field.x, before.top + field.y)
  const shorter = await until('the keyboard is shown', () => {
    const now = webviewFrame()
    return now.bottom < before.bottom - 100 && now
  })
  assert.equal(shorter.top, before.top)
  await app.close()
})

test('where_a_newer_webview_was_given_the_app_is_drawn', { skip: process.env.APOYO_WEBVIEW !== 'newer' }, () => {
  // Otherwise the main job would be passed over without a word.
  assert.ok(drawsTheApp(), 'the WebView is still the old one')
})

test('an_old_webview_gets_its_page_and_keeps_it', { skip: drawsTheApp() && 'a WebView that draws the app' }, async () => {
  assert.ok(api() <= 26, 'newer phones have a newer WebView')
  const shown = () => activityInFront().endsWith('OldWebViewActivity')
  await until('the plain page', shown)
  // The app's own process has ended meanwhile; the page must not have gone with it.
  await pause(10_000)
  assert.ok(shown(), 'the page is still in front after ten seconds')
})

// The app on an Android emulator: installed with adb, its WebView driven over the debugging
// protocol.
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { _android as android } from 'playwright-core'
import { playwrightScreen } from '../src/chromium.mjs'
import { run, until } from '../src/processes.mjs'

export const APP = 'mx.apoyo.ciudadano'

/** What the bundle is built for; with an older WebView the app shows its plain page. */
const OLDEST_WEBVIEW = 69

export const adb = (...words) => run('adb', words).trim()

/** Installs the package without any permission, and lets the phone reach a port of this machine. */
export function install(apk, port) {
  adb('install', '-r', apk)
  adb('reverse', `tcp:${port}`, `tcp:${port}`)
  adb('shell', 'pm', 'clear', APP)
}

/** The camera is allowed without a dialog. */
export const allowCamera = () => adb('shell', 'pm', 'grant', APP, 'android.permission.CAMERA')

/** Which Android this is. */
export const api = () => Number(adb('shell', 'getprop', 'ro.build.version.sdk'))

/** The number before the first dot of the WebView's version; 0 where there is none. */
export function webviewVersion() {
  for (const name of ['com.google.android.webview', 'com.android.webview', 'com.android.chrome']) {
    const found = /versionName=(\d+)/.exec(adb('shell', 'dumpsys', 'package', name))
    if (found) return Number(found[1])
  }
  return 0
}

/** Whether this phone can draw the app. */
export const drawsTheApp = () => webviewVersion() >= OLDEST_WEBVIEW

/** Starts the app and waits until its process runs. */
export async function launch() {
  adb('shell', 'am', 'start', '-W', '-n', `${APP}/.MainActivity`)
  await until('the app runs', () => adb('shell', 'pidof', APP) !== '')
}

/** The app ends, and what it kept is gone. */
export const forget = () => adb('shell', 'pm', 'clear', APP)

/** The activity that is in front. */
export function activityInFront() {
  const said = adb('shell', 'dumpsys', 'activity', 'activities')
  return /(?:topResumedActivity|mResumedActivity|mFocusedActivity).*?\/([\w.]+)/.exec(said)?.[1] ?? ''
}

/** What is on the screen, as the system's accessibility sees it: one object per view. */
export function views() {
  adb('shell', 'uiautomator', 'dump', '/sdcard/views.xml')
  const xml = adb('shell', 'cat', '/sdcard/views.xml')
  return [...xml.matchAll(/<node ([^>]*)>/g)].map(([, attributes]) => {
    const of = (name) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
    const [left, top, right, bottom] = [...of('bounds').matchAll(/\d+/g)].map(Number)
    return { id: of('resource-id'), kind: of('class'), left, top, right, bottom }
  })
}

/** A finger touches the screen here. */
export const touch = (x, y) => adb('shell', 'input', 'tap', `${Math.round(x)}`, `${Math.round(y)}`)

/** Where the WebView is on the screen. */
export function webviewFrame() {
  const found = views().find((view) => view.kind === 'android.webkit.WebView')
  if (!found) throw new Error('no WebView is on the screen')
  return found
}

/** The buttons of the system's question, in every Android that is tried. */
const BUTTONS = {
  deny: ['permission_deny_button', 'permission_deny_and_dont_ask_again_button'],
  allow: ['permission_allow_foreground_only_button', 'permission_allow_button'],
}

/** Waits for the system's question about the camera and answers it. */
export async function answerCameraQuestion(how) {
  const button = await until(`the question, to ${how}`, () =>
    views().find((view) => BUTTONS[how].some((name) => view.id.endsWith(`:id/${name}`))),
  )
  touch((button.left + button.right) / 2, (button.top + button.bottom) / 2)
  await pause(1000)
}

/** Opens the app's page; with `fake` a picture of ours takes the place of the camera. */
export async function openApp({ fake = true } = {}) {
  const [device] = await android.devices()
  if (!device) throw new Error('no emulator answers')
  const view = await device.webView({ pkg: APP })
  const page = await view.page()
  if (fake) await page.evaluate(fakeCamera)
  const show = (picture) => {
    const bytes = readFileSync(picture).toString('base64')
    return page.evaluate((text) => window.apoyoCamera.show(text), bytes)
  }
  let shown = Promise.resolve()
  return {
    page,
    // As the other cameras: told at once, and waited for when the camera is opened again.
    camera: {
      show: (picture) => void (shown = show(picture)),
      rest: () => void (shown = page.evaluate(() => window.apoyoCamera.rest())),
    },
    reopenCamera: () => shown,
    screen: playwrightScreen(page),
    close: () => device.close(),
  }
}

/** In the page: the camera is a canvas, upright as a phone is held, which shows what it is told. */
function fakeCamera() {
  const canvas = document.createElement('canvas')
  canvas.width = 1080
  canvas.height = 1920
  const brush = canvas.getContext('2d')
  let picture = null
  const draw = () => {
    brush.fillStyle = picture ? '#28282a' : '#b8afa2'
    brush.fillRect(0, 0, canvas.width, canvas.height)
    if (!picture) return
    const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height)
    const [width, height] = [picture.width * scale, picture.height * scale]
    brush.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height)
  }
  setInterval(draw, 50)
  window.apoyoCamera = {
    async show(text) {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
      picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
    },
    rest: () => void (picture = null),
  }
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20)
}

// The app on an Android emulator: installed with adb, its WebView driven over the debugging
// protocol, its camera a picture of ours.
import { readFileSync } from 'node:fs'
import { _android as android } from 'playwright-core'
import { playwrightScreen } from '../src/chromium.mjs'
import { run, until } from '../src/processes.mjs'

const APP = 'mx.apoyo.ciudadano'

/** What the bundle is built for; with an older WebView the app shows its plain page. */
const OLDEST_WEBVIEW = 69

const adb = (...words) => run('adb', words).trim()

/** Installs the package, and lets the phone reach the server of this machine. */
export function install(apk, server) {
  const { port } = new URL(server)
  adb('install', '-r', '-g', apk)
  adb('reverse', `tcp:${port}`, `tcp:${port}`)
  adb('shell', 'pm', 'clear', APP)
  adb('shell', 'pm', 'grant', APP, 'android.permission.CAMERA')
}

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

/** Starts the app and waits until its process stands. */
export async function launch() {
  adb('shell', 'am', 'start', '-W', '-n', `${APP}/.MainActivity`)
  await until('the app runs', () => adb('shell', 'pidof', APP) !== '')
}

/** The activity that is in front. */
export function activityInFront() {
  const said = adb('shell', 'dumpsys', 'activity', 'activities')
  return /(?:topResumedActivity|mResumedActivity|mFocusedActivity).*?\/([\w.]+)/.exec(said)?.[1] ?? ''
}

/** Opens the app's page; `camera.show` holds a picture before it. */
export async function openApp() {
  const [device] = await android.devices()
  if (!device) throw new Error('no emulator answers')
  const view = await device.webView({ pkg: APP })
  const page = await view.page()
  await page.evaluate(fakeCamera)
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

/** In the page: the camera is a canvas, which shows what it is told. */
function fakeCamera() {
  const canvas = document.createElement('canvas')
  canvas.width = 1280
  canvas.height = 720
  const brush = canvas.getContext('2d')
  let picture = null
  const draw = () => {
    brush.fillStyle = picture ? '#28282a' : '#b8afa2'
    brush.fillRect(0, 0, 1280, 720)
    if (!picture) return
    const scale = Math.min(1280 / picture.width, 720 / picture.height)
    const [width, height] = [picture.width * scale, picture.height * scale]
    brush.drawImage(picture, (1280 - width) / 2, (720 - height) / 2, width, height)
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

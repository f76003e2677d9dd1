// The app's own window, without a display and with a fake camera: Xvfb, a session bus, WebKit's
// driver.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { rawFrame } from './camera.mjs'
import { program, root } from './places.mjs'
import { freePort, run, start, until } from './processes.mjs'
import { newSession, webdriverScreen } from './webdriver.mjs'

/** Opens the window on this server; `close` ends all of it. */
export async function openWindow({ folder, server }) {
  const camera = rawFrame(folder)
  const display = await startDisplay(folder)
  const home = join(folder, 'window')
  mkdirSync(home, { recursive: true })
  const port = await freePort()
  const driver = start(
    'dbus-run-session',
    ['--', 'WebKitWebDriver', `--port=${port}`],
    join(folder, 'driver.log'),
    {
      DISPLAY: display.name,
      TAURI_AUTOMATION: 'true',
      TAURI_WEBVIEW_AUTOMATION: 'true',
      APOYO_SERVER: server,
      // No person is there to type the password of a keyring.
      APOYO_KEYRING: 'off',
      XDG_DATA_HOME: home,
      ...fakeCamera(folder, camera),
    },
  )
  const address = `http://127.0.0.1:${port}`
  await until('the driver is ready', async () => (await fetch(`${address}/status`)).ok, { program: driver })
  const session = await newSession(address, program('apoyo-app'))
  return {
    camera,
    /** Each frame is read from the file again. */
    reopenCamera: async () => {},
    session,
    screen: webdriverScreen(session),
    async close() {
      await session.end().catch(() => {})
      await driver.stop()
      await display.stop()
    },
  }
}

async function startDisplay(folder) {
  for (let number = 77; number < 97; number++) {
    if (existsSync(`/tmp/.X11-unix/X${number}`)) continue
    const name = `:${number}`
    const screen = ['-screen', '0', '1280x1024x24', '-nolisten', 'tcp']
    const server = start('Xvfb', [name, ...screen], join(folder, 'xvfb.log'))
    await until('the display is there', () => existsSync(`/tmp/.X11-unix/X${number}`), { program: server })
    return { name, stop: () => server.stop() }
  }
  throw new Error('every display from :77 on is taken')
}

/** Builds the camera plugin and points WebKit's capture at it. */
function fakeCamera(folder, camera) {
  const plugins = join(folder, 'gstreamer')
  mkdirSync(plugins, { recursive: true })
  const flags = run('pkg-config', ['--cflags', '--libs', 'gstreamer-1.0', 'gstreamer-base-1.0']).trim().split(/\s+/)
  const source = join(root, 'tests/ui/fakecam/camera.c')
  run('gcc', ['-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', join(plugins, 'libgstapoyocamera.so'), source, ...flags])
  return {
    APOYO_TEST_CAMERA: camera.file,
    GST_PLUGIN_PATH: plugins,
    GST_REGISTRY: join(plugins, 'registry.bin'),
  }
}

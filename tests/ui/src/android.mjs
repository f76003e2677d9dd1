// Android's bridge in an ordinary browser: Tauri's own scripts in front of the real screens. Where a
// phone has its JavascriptInterface, messages go to the host of the tests instead, which opens the
// same doors of the same core.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { root } from './places.mjs'

/** A cheap phone with the WebView of today. */
export const AGENT =
  'Mozilla/5.0 (Linux; Android 13; SM-A042M; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36'

/** Tauri's scripts, of the version that Cargo.lock pins. */
function scripts() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8')
  const version = /name = "tauri"\nversion = "([^"]+)"/.exec(lock)[1]
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src')
  const folder = readdirSync(registry)
    .map((one) => join(registry, one, `tauri-${version}`, 'scripts'))
    .find((one) => existsSync(one))
  if (!folder) throw new Error(`the sources of tauri ${version} are not in ${registry}`)
  return (name) => readFileSync(join(folder, name), 'utf8')
}

/** Fills in what Tauri fills in on Android; what it leaves open would be a fault. */
function filled(text, values) {
  for (const [name, value] of Object.entries(values)) {
    text = text.replaceAll(`__RAW_${name}__`, () => value).replaceAll(`__TEMPLATE_${name}__`, () => JSON.stringify(value))
  }
  const open = /__(?:RAW|TEMPLATE)_\w+?__/.exec(text)
  if (open) throw new Error(`nothing is filled in for ${open[0]}`)
  return text
}

/** What runs before the page, in the order of tauri's manager/webview.rs. */
export function androidScript() {
  const script = scripts()
  const values = {
    os_name: 'android',
    protocol_scheme: 'http',
    invoke_key: 'key of the test',
    fetch_channel_data_command: 'plugin:__TAURI_CHANNEL__|fetch',
    isolation_origin: '',
    process_ipc_message_fn: script('process-ipc-message-fn.js').replace(/^\/\/.*$/gm, '').trim(),
  }
  const pattern = script('pattern.js').replace('__TEMPLATE_pattern__', '{"pattern":"brownfield"}')
  return [
    `Object.defineProperty(window, 'isTauri', { value: true })
     Object.defineProperty(window, '__TAURI_INTERNALS__', { value: { plugins: {} } })`,
    filled(script('ipc-protocol.js'), values),
    filled(script('init.js'), {
      freeze_prototype: script('freeze_prototype.js'),
      pattern_script: pattern,
      ipc_script: filled(script('ipc.js'), values),
      core_script: filled(script('core.js'), values),
      event_initialization_script: '',
    }),
    // The phone's half: a message is one string, and its answer is a script that the app runs.
    `window.ipc = {
       postMessage(message) {
         fetch('/android', { method: 'POST', body: message }).then((answer) => answer.text()).then((run) => (0, eval)(run))
       },
     }`,
  ].join('\n;\n')
}

/**
 * Answers what the page sends: doors by the host at `address`, for the pretend phone `phone`; other
 * commands by `commands`. Hands back what went through, each with the moment and the length of its
 * message; a door also with the bytes of its picture.
 */
export async function bridge(page, address, phone, commands = {}) {
  const passed = []
  const pieces = new Map()
  await page.route('**/android', async (route) => {
    const message = route.request().postData()
    const { cmd, callback, error, payload, options } = JSON.parse(message)
    const run = (id, value) => route.fulfill({ body: `window.__TAURI_INTERNALS__.runCallback(${id}, ${JSON.stringify(value)})` })
    if (cmd === 'put_piece') {
      passed.push({ cmd, at: performance.now(), length: message.length })
      const before = payload.nth === 0 ? [] : pieces.get(payload.of)
      if (before?.length !== payload.nth) return run(error, `piece ${payload.nth} of ${payload.of} came out of order`)
      pieces.set(payload.of, [...before, Buffer.from(payload.piece, 'base64')])
      return run(callback, null)
    }
    if (cmd !== 'open_door') {
      passed.push({ cmd, payload, at: performance.now(), length: message.length })
      try {
        return await run(callback, (await commands[cmd]?.(payload)) ?? null)
      } catch (fault) {
        return run(error, String(fault.message))
      }
    }
    const { door } = JSON.parse(options.headers['x-door'])
    const { picture } = payload
    const inPieces = picture?.of !== undefined && pieces.get(picture.of)
    if (inPieces && inPieces.length !== picture.pieces) return run(error, `${inPieces.length} pieces of ${picture.pieces}`)
    const body = inPieces ? Buffer.concat(inPieces) : Buffer.from(picture ?? '', 'base64')
    if (inPieces) pieces.delete(picture.of)
    // As text: in one message, or in pieces that came before.
    const asText = typeof picture === 'string' || Array.isArray(inPieces)
    passed.push({ cmd, door, at: performance.now(), length: message.length, bytes: body.length, picture: asText, inPieces: inPieces.length ?? 0 })
    const answer = await fetch(`${address}/native`, {
      method: 'POST',
      headers: { 'x-door': options.headers['x-door'], 'x-phone': phone, 'content-type': 'application/octet-stream' },
      body,
    })
    if (!answer.ok) return run(error, await answer.json())
    const json = (answer.headers.get('content-type') ?? '').includes('json')
    // JSON goes back as a text, pictures as bytes.
    if (json) return run(callback, await answer.text())
    const bytes = Buffer.from(await answer.arrayBuffer()).toString('base64')
    return route.fulfill({
      body: `window.__TAURI_INTERNALS__.runCallback(${callback}, Uint8Array.from(atob('${bytes}'), (c) => c.charCodeAt(0)).buffer)`,
    })
  })
  return passed
}

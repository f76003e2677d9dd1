// As much of the W3C WebDriver protocol as the window needs.
import { until } from './processes.mjs'

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

/** Asks for a session with this program; `call` is one command of it. */
export async function newSession(driver, binary) {
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: [] } } }
  const { sessionId } = await send('POST', `${driver}/session`, { capabilities })
  const call = (method, path, body) => send(method, `${driver}/session/${sessionId}${path}`, body)
  return { call, end: () => call('DELETE', '') }
}

async function send(method, address, body) {
  const answer = await fetch(address, {
    method,
    headers: { 'content-type': 'application/json' },
    body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
  })
  const { value } = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${address}: ${value?.error}: ${value?.message}`)
  return value
}

/** The app's screen as `job.mjs` uses it. */
export function webdriverScreen({ call }) {
  const script = (text, ...args) => call('POST', '/execute/sync', { script: text, args })
  const visible = `
    const visible = (id) => [...document.querySelectorAll('[data-testid="' + id + '"]')]
      .find((one) => one.getClientRects().length > 0)`
  async function find(id) {
    const found = () => script(`${visible}; return visible(arguments[0]) ?? null`, id)
    // A screen is shown before what it lists has come.
    return (await until(`something visible is called ${id}`, found, { within: 10_000 }))[ELEMENT]
  }
  return {
    shown: () =>
      script(`
        const screens = [...document.querySelectorAll('[data-testid^="screen-"]')]
        const shown = screens.filter((one) => one.getClientRects().length > 0).at(-1)
        return shown ? shown.dataset.testid.slice(7) : null`),
    sees: (id) => script(`${visible}; return visible(arguments[0]) !== undefined`, id),
    tap: async (id) => call('POST', `/element/${await find(id)}/click`),
    async type(id, text) {
      const element = await find(id)
      await call('POST', `/element/${element}/clear`)
      await call('POST', `/element/${element}/value`, { text })
    },
    text: async (id) => call('GET', `/element/${await find(id)}/text`),
    async draw(id, strokes) {
      const element = await find(id)
      const { width, height } = await call('GET', `/element/${element}/rect`)
      // Offsets count from the element's middle.
      const move = ([x, y]) => ({
        type: 'pointerMove',
        duration: 40,
        origin: { [ELEMENT]: element },
        x: Math.round((x - 0.5) * width),
        y: Math.round((y - 0.5) * height),
      })
      const actions = strokes.flatMap(([first, ...others]) => [
        move(first),
        { type: 'pointerDown', button: 0 },
        ...others.map(move),
        { type: 'pointerUp', button: 0 },
      ])
      const mouse = { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }
      await call('POST', '/actions', { actions: [mouse] })
    },
    screenshot: async () => Buffer.from(await call('GET', '/screenshot'), 'base64'),
  }
}

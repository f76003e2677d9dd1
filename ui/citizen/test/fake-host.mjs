/**
 * Serves the built screens over a pretend phone, with the same content security policy as the real
 * hosts: `node test/fake-host.mjs [port]`. For looking at screens; nothing of it is shipped.
 */
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pretendPhone, Shut } from './fake.mjs'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Starts; answers the address, the pretend phones by name, and how to stop. */
export function serve(port = 0) {
  const phones = new Map()
  const phoneOf = (name) => {
    if (!phones.has(name)) phones.set(name, pretendPhone())
    return phones.get(name)
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'POST' && request.url === '/native') {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const one = phoneOf(request.headers['x-phone'] ?? 'demo')
      try {
        const answer = await one.open(JSON.parse(request.headers['x-door']), Buffer.concat(chunks))
        if (answer.bytes) response.writeHead(200, { 'content-type': answer.type }).end(answer.bytes)
        else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      } catch (thrown) {
        if (!(thrown instanceof Shut)) console.error(thrown)
        const problem = thrown instanceof Shut ? thrown.problem : { code: 'phone_storage_fault' }
        response.writeHead(409, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
      }
      return
    }
    const path = normalize(new URL(request.url, 'http://x').pathname)
    const file = join(DIST, path === '/' ? 'index.html' : path)
    if (!file.startsWith(DIST) || !existsSync(file)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': POLICY })
    createReadStream(file).pipe(response)
  })
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () =>
      resolve({ address: `http://127.0.0.1:${server.address().port}`, phoneOf, stop: () => server.close() }),
    ),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await serve(Number(process.argv[2] ?? 4600))
  console.log(address)
}

// TLS in front of the test's server: the app on the emulator shakes hands as it does with a real
// one. Keys and certificates come from the workflow; the app was built to believe their authority.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'

/** The port that the app was built for (APOYO_SERVER=https://localhost:8443). */
export const PORT = 8443

/** Passes what comes over TLS on to `server`; counts the handshakes. */
export async function startTls(folder, server) {
  const { hostname, port } = new URL(server)
  const read = (name) => readFileSync(join(folder, name))
  const seen = { handshakes: 0 }
  const door = createServer({ key: read('server.key'), cert: read('server.pem') }, (secure) => {
    seen.handshakes += 1
    const plain = connect(Number(port), hostname)
    secure.pipe(plain).pipe(secure)
    secure.on('error', () => plain.destroy())
    plain.on('error', () => secure.destroy())
  })
  await new Promise((resolve, reject) => {
    door.once('error', reject)
    door.listen(PORT, '127.0.0.1', resolve)
  })
  return { seen, stop: () => door.close() }
}

// The whole system on free ports: a server with a roll and two campaigns, and the app's host.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeFor, mailTo } from './mailbox.mjs'
import { people, roll } from './people.mjs'
import { newFolder, program, root } from './places.mjs'
import { freePort, run, start, until } from './processes.mjs'

const DAY = 86_400_000

/** The campaigns of every test; more than one, so that choosing means something. */
export const CAMPAIGNS = [
  { id: 'agua-limpia', title: 'Agua limpia en todas las escuelas', requester: 'Asociación Ejemplo' },
  { id: 'sendas-seguras', title: 'Sendas seguras para ir en bicicleta', requester: 'Colectivo Modelo' },
]

/**
 * Starts it; `stop` ends it. The folder stays, to be looked at. The window needs no host. `config`
 * makes the server's configuration of its address and of the folder.
 */
export async function startSystem(name, { withHost = true, port, config } = {}) {
  people()
  const folder = newFolder(name)
  const data = join(folder, 'server')
  const apoyo = program('apoyo')
  run(apoyo, ['init', '--data', data])
  const create = (what, file, text) => {
    writeFileSync(join(folder, file), text)
    run(apoyo, [what, 'create', join(folder, file), '--data', data])
  }
  create('process', 'process.toml', processToml())
  CAMPAIGNS.forEach((campaign) => create('campaign', `${campaign.id}.toml`, campaignToml(campaign)))
  run(apoyo, ['roll', 'import', roll, '--unverified', '--data', data])

  const url = `http://127.0.0.1:${port ?? (await freePort())}`
  const operators = `127.0.0.1:${await freePort()}`
  const words = ['serve', '--demo', '--data', data, '--listen', url.slice(7), '--operators', operators]
  if (config) {
    writeFileSync(join(folder, 'apoyo.toml'), await config(url, folder))
    words.push('--config', join(folder, 'apoyo.toml'))
  }
  const server = start(apoyo, words, join(folder, 'server.log'))
  await until('the server is ready', async () => (await fetch(`http://${operators}/readyz`)).ok, { program: server })

  let host = withHost ? await startHost(folder, url) : null
  return {
    folder,
    server: url,
    /** The address of the app of one pretend phone. */
    app: (phone) => `${host?.url}/?phone=${phone}`,
    /** The app is killed and opened again. */
    async restartApp() {
      await host.stop()
      host = await startHost(folder, url, host.url)
    },
    code: (address) => codeFor(address, join(data, 'outbox')),
    mail: (address) => mailTo(address, join(data, 'outbox')),
    tally: async (campaign) => (await fetch(`${url}/v1/campaigns/${campaign}/tally`)).json(),
    async stop() {
      await host?.stop()
      await server.stop()
    },
  }
}

/** The citizen's screens for ordinary browsers, over the real app-core. */
async function startHost(folder, server, before) {
  const url = before ?? `http://127.0.0.1:${await freePort()}`
  const phones = ['--data', join(folder, 'phones'), '--ui', join(root, 'ui/citizen/dist')]
  const host = start(program('host'), ['--listen', url.slice(7), '--server', server, ...phones], join(folder, 'host.log'))
  await until('the host answers', async () => (await fetch(url)).ok, { program: host })
  return { url, stop: host.stop }
}

function processToml() {
  return `id = "iniciativas"\nname = "Iniciativas de muestra"\nkind = "iniciativa_ciudadana"\nexclusivity = "campaign"\n`
}

function campaignToml({ id, title, requester }) {
  const at = (days) => new Date(Date.now() + days * DAY).toISOString().replace(/\.\d+Z/, 'Z')
  return `id = "${id}"
process = "iniciativas"
title = "${title}"
requester = "${requester}"
description = "Campaña de las pruebas: nadie la presentó de verdad."
opens_at = ${at(-7)}
closes_at = ${at(30)}
required = 1000

[demarcation]
scope = "pais"
`
}

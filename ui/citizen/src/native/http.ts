/** The app in an ordinary browser: `POST /native` on the loopback host that serves this page. */
import type { Door } from '../../../bindings/Door'
import { handOver } from './download'
import { doorHeader } from './header'
import type { Opener } from './index'
import { Refusal, refusalFrom } from './refusal'

/** One host serves several simulated phones; the address tells which one this page is. */
function phone(): string {
  return new URLSearchParams(location.search).get('phone') ?? 'demo'
}

async function post(door: Door, picture?: Blob): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch('/native', {
      method: 'POST',
      headers: { 'x-door': doorHeader(door), 'x-phone': phone(), 'content-type': 'application/octet-stream' },
      body: picture ?? new Blob([]),
      cache: 'no-store',
    })
  } catch {
    throw new Refusal({ code: 'server_unreachable' })
  }
  if (answer.ok) return answer
  throw refusalFrom(await answer.json().catch(() => null), 'answer_malformed')
}

export const opener: Opener = {
  json: async (door, picture) => (await post(door, picture)).json(),
  bytes: async (door, kind) => new Blob([await (await post(door)).arrayBuffer()], { type: kind }),
  handOver,
  openPage: (url) => void window.open(url, '_blank', 'noopener'),
}

// Facebook and X as their documents describe them, as far as a server of ours speaks to them: a
// page where one says yes or no, a code for one token with PKCE, and an account behind a token.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const CLIENT = 'apoyo'
export const SECRET = 'a secret of the test'

/**
 * Starts one. `account` is who sits in front of the browser: `{ id, email }`, without an address
 * where the provider grants none.
 */
export async function startOauth({ kind, port, redirect }) {
  const codes = new Map()
  const tokens = new Map()
  const state = { account: null, faults: [] }
  const play = KINDS[kind]

  const routes = {
    // Every browser asks for it; it is no part of what is played here.
    'GET /favicon.ico': (_url, _body, answer) => answer.writeHead(404).end(),
    'GET /authorize': (url, _, answer) => {
      const asked = Object.fromEntries(url.searchParams)
      const fits =
        asked.client_id === CLIENT &&
        asked.redirect_uri === redirect &&
        asked.response_type === 'code' &&
        asked.code_challenge_method === 'S256' &&
        play.scopes.every((scope) => asked.scope.split(' ').includes(scope)) &&
        asked.state.length > 30
      if (!fits) return refuse(answer, state, `authorize ${url.search}`)
      const code = randomUUID()
      codes.set(code, { challenge: asked.code_challenge, account: state.account })
      const back = (words) => `${redirect}?${new URLSearchParams({ ...words, state: asked.state })}`
      answer.setHeader('content-type', 'text/html; charset=utf-8')
      answer.end(
        `<!doctype html><title>${kind}</title><h1>${kind}</h1>` +
          `<p><a id="yes" href="${escape(back({ code }))}">Yes</a></p>` +
          `<p><a id="no" href="${escape(back({ error: 'access_denied', ...play.no }))}">No</a></p>`,
      )
    },
    'POST /token': (_, request, answer, body) => {
      const asked = Object.fromEntries(new URLSearchParams(body))
      const kept = codes.get(asked.code)
      codes.delete(asked.code)
      const verified = createHash('sha256').update(asked.code_verifier ?? '').digest('base64url')
      const fits =
        play.isClient(request, asked) &&
        asked.grant_type === 'authorization_code' &&
        asked.redirect_uri === redirect &&
        kept?.challenge === verified
      if (!fits) return json(answer, 400, { error: 'invalid_grant' })
      const token = randomUUID()
      tokens.set(token, kept.account)
      json(answer, 200, { access_token: token, token_type: 'bearer', expires_in: 7200 })
    },
    'GET /me': (url, request, answer) => {
      const token = request.headers.authorization?.replace(/^Bearer /, '')
      const account = tokens.get(token)
      if (!account || !play.mayAsk(url.searchParams, token)) return json(answer, 401, { error: 'no' })
      json(answer, 200, play.me(account))
    },
  }

  const server = createServer((request, answer) => {
    const url = new URL(request.url, `http://127.0.0.1:${port}`)
    const route = routes[`${request.method} ${url.pathname}`]
    if (!route) return refuse(answer, state, request.url)
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => route(url, request, answer, body))
  })
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    /** Tokens that were handed out. */
    tokens: () => tokens.size,
    stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  }
}

const KINDS = {
  facebook: {
    scopes: ['email'],
    no: { error_reason: 'user_denied' },
    isClient: (_, asked) => asked.client_id === CLIENT && asked.client_secret === SECRET,
    mayAsk: (query, token) => {
      const proof = createHmac('sha256', SECRET).update(token).digest()
      const given = Buffer.from(query.get('appsecret_proof') ?? '', 'hex')
      return query.get('fields') === 'id,email' && given.length === 32 && timingSafeEqual(given, proof)
    },
    me: ({ id, email }) => ({ id, ...(email && { email }) }),
  },
  x: {
    scopes: ['users.read', 'tweet.read', 'users.email'],
    no: {},
    isClient: ({ headers }) => headers.authorization === `Basic ${btoa(`${CLIENT}:${encodeURIComponent(SECRET).replace(/%20/g, '+')}`)}`,
    mayAsk: (query) => query.get('user.fields') === 'confirmed_email',
    me: ({ id, email }) => ({ data: { id, name: 'N', username: 'n', ...(email && { confirmed_email: email }) } }),
  },
}

const escape = (text) => text.replace(/&/g, '&amp;')

function json(answer, status, value) {
  answer.statusCode = status
  answer.setHeader('content-type', 'application/json')
  answer.end(JSON.stringify(value))
}

function refuse(answer, state, what) {
  state.faults.push(what)
  answer.statusCode = 400
  answer.end('not as documented')
}

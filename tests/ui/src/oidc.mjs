// A real, certified provider of OpenID Connect on loopback. It plays Google, and Apple as Apple's
// documents say: the answer comes as a form, the secret is a token signed with ES256.
import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

/** What kind of provider is played. `secret` is the shared one, or Apple's key. */
const KINDS = {
  google: { auth: 'client_secret_basic' },
  apple: { auth: 'client_secret_post' },
}

/**
 * Starts it on this port. The person who signs in with an address owns it; an address that begins with
 * `unverified` was never checked by the provider.
 */
export async function startOidc({ kind, port, redirect, secret }) {
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'apoyo',
        client_secret: secret ?? 'not used: the secret is a token',
        redirect_uris: [redirect],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: KINDS[kind].auth,
      },
    ],
    cookies: { keys: ['of this test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    // As Google and Apple do: the address is in the token.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified') }),
    }),
  })
  const apple = kind === 'apple' ? appleKey(provider, issuer) : null
  const errors = []
  for (const event of ['authorization.error', 'grant.error', 'server_error']) {
    provider.on(event, (_, error) => errors.push(`${event}: ${error.message} ${error.error_description ?? ''}`))
  }
  const server = createServer(provider.callback())
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    issuer,
    errors,
    /** Apple's private key, as Apple hands it out. */
    key: apple,
    stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  }
}

export const APPLE = { team: 'TEAM123456', key: 'KEY1234567' }

/** Takes a secret only if it is the token that Apple's documents describe. */
function appleKey(provider, issuer) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  provider.Client.prototype.compareClientSecret = (secret) => {
    const [head, claims, signature] = secret.split('.')
    const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString())
    const verify = createVerify('SHA256').update(`${head}.${claims}`)
    const key = { key: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), dsaEncoding: 'ieee-p1363' }
    const { alg, kid } = read(head)
    const { iss, aud, sub, iat, exp } = read(claims)
    const now = Date.now() / 1000
    return (
      verify.verify(key, Buffer.from(signature, 'base64url')) &&
      alg === 'ES256' &&
      kid === APPLE.key &&
      iss === APPLE.team &&
      aud === issuer &&
      sub === 'apoyo' &&
      iat <= now + 60 &&
      exp > now &&
      exp - iat < 15_777_000
    )
  }
  return privateKey.export({ type: 'pkcs8', format: 'pem' })
}

/** Signs in on the provider's own pages and says yes. */
export async function signIn(page, email) {
  await page.locator('input[name=login]').fill(email)
  await page.locator('input[name=password]').fill('whatever')
  await page.locator('button[type=submit]').click()
  await page.locator('button[type=submit]', { hasText: 'Continue' }).click()
}

// Citizens prove their address with an account that they have, in the browser, up to the activated
// phone; and every way in which that comes to nothing leads back to the choice.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openChromium } from '../src/chromium.mjs'
import { stepsFor, walk } from '../src/job.mjs'
import { lookAt } from '../src/looking.mjs'
import { SECRET, startOauth } from '../src/oauth.mjs'
import { APPLE, signIn, startOidc } from '../src/oidc.mjs'
import { citizen } from '../src/people.mjs'
import { freePort, until } from '../src/processes.mjs'
import { CAMPAIGNS, startSystem } from '../src/system.mjs'

const BOUNCES = 'a secret of the mail server'
const providers = {}
let system
let browser

before(async () => {
  system = await startSystem('signin', { config: askThem })
  browser = await openChromium({ folder: system.folder, bypassCSP: true })
})
after(async () => {
  await browser?.close()
  await system?.stop()
  await Promise.all(Object.values(providers).map((one) => one.stop()))
})

/** Starts all four, and tells the server of them. */
async function askThem(server, folder) {
  const redirect = (id) => `${server}/v1/signins/${id}/callback`
  const file = join(folder, 'apple.p8')
  providers.google = await startOidc({ kind: 'google', port: await freePort(), redirect: redirect('google'), secret: SECRET })
  providers.apple = await startOidc({ kind: 'apple', port: await freePort(), redirect: redirect('apple') })
  providers.facebook = await startOauth({ kind: 'facebook', port: await freePort(), redirect: redirect('facebook') })
  providers.x = await startOauth({ kind: 'x', port: await freePort(), redirect: redirect('x') })
  writeFileSync(file, providers.apple.key)
  const oauth = (id) => `
[signin.${id}]
kind = "${id}"
client_id = "apoyo"
client_secret = "${SECRET}"
authorize_url = "${providers[id].url}/authorize"
token_url = "${providers[id].url}/token"
account_url = "${providers[id].url}/me"
`
  return `public_url = "${server}"
[mail.bounces]
webhook_secret = "${BOUNCES}"
${oauth('facebook')}${oauth('x')}
[signin.google]
kind = "oidc"
name = "Google"
issuer = "${providers.google.issuer}"
client_id = "apoyo"
client_secret = "${SECRET}"

[signin.apple]
kind = "apple"
issuer = "${providers.apple.issuer}"
client_id = "apoyo"
team_id = "${APPLE.team}"
key_id = "${APPLE.key}"
private_key_file = "${file}"
`
}

/** The way of somebody who chooses a provider; `there` is what happens on its pages. */
async function way(phone, { provider, email, there, arrived, to = 'home' }) {
  const { page, screen } = browser
  await page.goto(system.app(phone))
  const { steps } = stepsFor({ browser, who: citizen(0), system, email, campaign: CAMPAIGNS[0].id })
  const typed = steps.email
  Object.assign(steps, {
    // From a file: the camera has tests of its own.
    async 'activation-front'() {
      await page.getByTestId('choose-file').setInputFiles(citizen(0).pictures.front)
      await until('the picture is looked at', async () => (await screen.sees('use-anyway')) || !(await screen.sees('still')))
      if (await screen.sees('use-anyway')) await screen.tap('use-anyway')
    },
    email: async () => ((await screen.sees('account')) ? typed() : goTo(provider)),
    signin: async () => {
      const [opened] = await until('the browser', () => browser.others())
      await there(opened)
    },
    proved: () => screen.tap('send-to-proved'),
  })
  return walk(screen, steps, { to, arrived })
}

const goTo = (provider) => browser.screen.tap(`signin-${provider}`)

/** Says yes or no on the pages of Facebook and X, as somebody. */
const answer = (word, account, provider) => async (page) => {
  await page.locator(`#${word}`).waitFor()
  providers[provider].state.account = account
  await page.reload()
  await page.locator(`#${word}`).click()
  await closed(page)
}

/** The page that the browser ends on says so, and is closed by hand. */
async function closed(page) {
  await page.getByRole('heading', { name: 'Vuelva a la app Apoyo' }).waitFor()
  await page.close()
}

const ACTIVATED = ['notice', 'activation-front', 'demarcation', 'email', 'signin', 'proved', 'code', 'home']

test('lupita_proves_her_address_with_google_up_to_the_activated_phone', { timeout: 300_000 }, async (t) => {
  const seen = []
  const passed = await way('lupita', {
    provider: 'google',
    email: 'lupita@ejemplo.mx',
    there: async (page) => (await signIn(page, 'lupita@ejemplo.mx'), await closed(page)),
    async arrived(name) {
      if (name === 'email') {
        // Plain mail comes first, and the screen says what the others will know.
        const order = await browser.page.evaluate(() => [...document.querySelectorAll('[data-testid]')].map((one) => one.dataset.testid))
        assert.ok(order.indexOf('send-code') < order.indexOf('provider-warning'))
        assert.ok(order.indexOf('provider-warning') < order.indexOf('signin-apple'))
        assert.match(await browser.screen.text('provider-warning'), /\(Apple, Facebook, Google, X\) sabrá que usted usa esta app/)
      }
      if (name === 'proved') assert.equal(await browser.screen.text('proved-email'), 'lupita@ejemplo.mx')
      if (['email', 'signin', 'proved'].includes(name) && !seen.includes(name)) await lookAt(browser.page, t, name)
      seen.push(name)
    },
  })
  assert.deepEqual(passed, ACTIVATED)
  assert.deepEqual(providers.google.errors, [])
})

test('tomas_proves_his_address_with_apple_whose_answer_is_a_form', { timeout: 300_000 }, async () => {
  const there = async (page) => (await signIn(page, 'tomas@ejemplo.mx'), await closed(page))
  const passed = await way('tomas', { provider: 'apple', email: 'tomas@ejemplo.mx', there })
  assert.deepEqual(passed, ACTIVATED)
  assert.deepEqual(providers.apple.errors, [])
})

test('emilia_proves_her_address_with_facebook', { timeout: 300_000 }, async () => {
  const email = 'emilia@ejemplo.mx'
  const passed = await way('emilia', { provider: 'facebook', email, there: answer('yes', { id: '100', email }, 'facebook') })
  assert.deepEqual(passed, ACTIVATED)
  assert.deepEqual(providers.facebook.state.faults, [])
})

test('ramon_proves_his_address_with_x_which_grants_it', { timeout: 300_000 }, async () => {
  const email = 'ramon@ejemplo.mx'
  const passed = await way('ramon', { provider: 'x', email, there: answer('yes', { id: '7', email }, 'x') })
  assert.deepEqual(passed, ACTIVATED)
})

test('ines_signs_in_with_x_which_grants_no_address_and_types_hers', { timeout: 300_000 }, async () => {
  const passed = await way('ines', { provider: 'x', email: 'ines@ejemplo.mx', there: answer('yes', { id: '8' }, 'x') })
  assert.deepEqual(passed, ['notice', 'activation-front', 'demarcation', 'email', 'signin', 'email', 'code', 'home'])
  assert.deepEqual(providers.x.state.faults, [])
})

test('rosa_is_told_that_her_mail_came_back_and_writes_another_address', { timeout: 300_000 }, async (t) => {
  const { screen, page } = browser
  await way('rosa', { email: 'rosa@ejemplo.mx', provider: 'x', there: answer('yes', { id: '11', email: 'rosa@ejemplo.mx' }, 'x'), to: 'code' })
  assert.equal(await screen.sees('mail-trouble'), false)
  const [, id] = (await system.mail('rosa@ejemplo.mx')).match(/^Message-ID: (<.*>)/im)
  const handed = await fetch(`${system.server}/v1/bounces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOUNCES}` },
    body: returned(id),
  })
  assert.equal(handed.status, 204)
  await until('she is told', () => screen.sees('mail-trouble'))
  assert.match(await screen.text('mail-trouble'), /El correo rebotó/)
  await lookAt(page, t, 'code')
  await screen.tap('other-email')
  await until('the choice', async () => (await screen.shown()) === 'email')
})

/** What the other mail server sends back for an address that does not exist (RFC 3464). */
const returned = (id) => `From: MAILER-DAEMON@mx.ejemplo.mx
To: apoyo@localhost.localdomain
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.ejemplo.mx

Final-Recipient: rfc822; rosa@ejemplo.mx
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: ${id}

--b--
`

test('whoever_comes_back_without_a_proof_chooses_again_and_is_told_why', { timeout: 300_000 }, async (t) => {
  const { screen, page } = browser
  const code = () => page.locator('[data-testid=problem] [data-code]').getAttribute('data-code')
  const choice = async (said) => {
    await until('the choice', async () => (await screen.shown()) === 'email')
    assert.equal(await code(), said)
    await until('the other ways', () => screen.sees('signin-x'))
  }
  const browserAt = async (provider) => {
    await goTo(provider)
    const [opened] = await until('the browser', () => browser.others())
    await opened.locator('#yes').waitFor()
    return opened
  }
  await way('carlos', { provider: 'x', email: 'carlos@ejemplo.mx', to: 'email' })

  await t.test('he says no at the provider', async () => {
    await answer('no', { id: '9' }, 'x')(await browserAt('x'))
    await choice('signin_denied')
  })
  await t.test('he changes his mind and comes back by hand', async () => {
    const left = await browserAt('x')
    await screen.tap('signin-other')
    await choice('signin_cancelled')
    await left.close()
  })
  await t.test('the app is killed while he is with the provider', async () => {
    const left = await browserAt('x')
    await system.restartApp()
    await page.reload()
    // Where he votes was left open, and is asked for again.
    await until('the app is back', async () => (await screen.shown()) === 'demarcation')
    await screen.tap('demarcation-unknown')
    await choice('signin_interrupted')
    await left.close()
  })
  await t.test('he goes on in another browser of the same computer', async () => {
    const left = await browserAt('x')
    const address = left.url()
    await left.close()
    const other = await openChromium({ folder: system.folder })
    providers.x.state.account = { id: '9', email: 'carlos@ejemplo.mx' }
    await other.page.goto(address)
    await other.page.locator('#yes').click()
    await other.page.getByRole('heading', { name: 'Vuelva a la app Apoyo' }).waitFor()
    await other.close()
    await until('his address is proved', async () => (await screen.shown()) === 'proved')
  })
})

test('where_nobody_else_is_configured_nobody_else_is_spoken_of', { timeout: 300_000 }, async () => {
  const { page, screen } = browser
  const asking = system
  system = await startSystem('alone')
  try {
    await way('ana', { provider: 'none', email: 'ana@ejemplo.mx', to: 'email' })
    await page.waitForLoadState('networkidle')
    assert.equal(await screen.sees('other-ways'), false)
    assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /Google|Facebook|Apple/)
  } finally {
    await system.stop()
    system = asking
  }
})

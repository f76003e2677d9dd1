// The job of a citizen, screen by screen: from the notice to the receipt.
//
// `walk` looks which screen is shown and does what that screen asks for, so that a draft may be
// taken up anywhere; the tests then compare the screens that were passed with those that they
// expect.
import { setTimeout as pause } from 'node:timers/promises'
import { until } from './processes.mjs'

/** A signature in three strokes, as fractions of the pad. */
const SIGNATURE = [
  [[0.1, 0.7], [0.2, 0.25], [0.3, 0.7], [0.38, 0.5], [0.5, 0.55]],
  [[0.45, 0.35], [0.55, 0.7], [0.65, 0.3], [0.75, 0.65]],
  [[0.15, 0.82], [0.55, 0.78], [0.9, 0.84]],
]

/** The screens of somebody who activates the phone and gives a first apoyo. */
export const WHOLE_JOB = [
  'notice',
  'activation-front',
  'demarcation',
  'email',
  'code',
  'home',
  'campaigns',
  'campaign',
  'model',
  'capture-front',
  'capture-back',
  'reading',
  'capture-selfie',
  'signature',
  'summary',
  'receipt',
]

/** What each screen asks for. `browser` has screen and camera, `who` the person's pictures. */
export function stepsFor({ browser, who, system, email, campaign }) {
  const { screen } = browser
  const notes = { anyway: [] }
  const photograph = (part) => capture(browser, who.pictures[part], (said) => notes.anyway.push(`${part}: ${said}`))
  const steps = {
    async notice() {
      await screen.tap('notice-agreed')
      await screen.tap('accept-notice')
    },
    'activation-front': () => photograph('front'),
    demarcation: () => screen.tap('demarcation-unknown'),
    async email() {
      await screen.type('email', email)
      await screen.type('email-again', email)
      await screen.tap('send-code')
    },
    async code() {
      await screen.type('code', await system.code(email))
      await screen.tap('complete')
    },
    home: () => screen.tap('to-campaigns'),
    campaigns: () => screen.tap(`campaign-${campaign}`),
    campaign: () => screen.tap('give-apoyo'),
    model: () => screen.tap(`model-${who.person.model}`),
    'capture-front': () => photograph('front'),
    'capture-back': () => photograph('back'),
    reading: () => screen.tap('confirm-reading'),
    'capture-selfie': () => photograph('selfie'),
    async signature() {
      await screen.draw('signature-pad', SIGNATURE)
      await screen.tap('signature-done')
    },
    async summary() {
      await screen.tap('consent')
      await screen.tap('send')
    },
    // On its way: nothing to do but wait.
    sending: async () => {},
  }
  return { steps, notes }
}

/** Goes on until the screen `to` is shown; hands back the screens that were passed. */
export async function walk(screen, steps, { to, arrived = async () => {} }) {
  const passed = []
  for (;;) {
    const name = await until('a screen', () => screen.shown())
    passed.push(name)
    await arrived(name)
    if (name === to) return passed
    if (!steps[name]) throw new Error(`nothing is said of the screen ${name} (after ${passed.join(', ')})`)
    await steps[name]()
    await leave(screen, name)
  }
}

/** Waits for the next screen; where something went wrong, says what the screen says. */
async function leave(screen, name) {
  try {
    await until(`the screen after ${name}`, async () => {
      const now = await screen.shown()
      return now !== null && now !== name
    })
  } catch (late) {
    const said = (await screen.sees('problem')) ? await screen.text('problem') : 'no problem is shown'
    throw new Error(`${late.message}; on the screen: ${said}`)
  }
}

/**
 * Holds a picture before the camera until the app has it. The app takes a good picture of a card
 * by itself; where it does not within a while, the person presses the shutter.
 */
async function capture({ screen, camera, reopenCamera }, picture, anyway) {
  const name = await screen.shown()
  camera.show(picture)
  await reopenCamera()
  const left = async () => {
    const now = await screen.shown()
    return now !== null && now !== name
  }
  const begun = Date.now()
  let pressed = false
  while (Date.now() - begun < 60_000) {
    if (await left()) return camera.rest()
    if (await screen.sees('use-anyway')) {
      anyway(await screen.text('screen-' + name))
      camera.rest()
      await screen.tap('use-anyway')
      return
    }
    if (await screen.sees('retake')) throw new Error(`refused: ${await screen.text('still')}`)
    if (!pressed && Date.now() - begun > 5_000 && (await screen.sees('shutter'))) {
      // The app may take the picture in the very moment in which the finger comes down.
      await screen.tap('shutter').catch(() => {})
      pressed = true
    }
    await pause(150)
  }
  throw new Error(`no picture on the screen ${name}: ${await screen.text('screen-' + name)}`)
}

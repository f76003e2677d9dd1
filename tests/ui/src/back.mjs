// The phone's own "back" at each step: where it leads, and how a person goes on from there.

/** One press of "back". A browser that has nowhere to go answers null at once. */
export async function pressBack(page) {
  await page.evaluate(() => history.back())
  await page.waitForTimeout(250)
}

/**
 * Where "back" leads from each screen of the job, and what leads on again. A screen that is not here
 * is the first of its path: "back" leaves the app there, as on every phone.
 */
export function backFrom({ screen, who, campaign }) {
  const keep = () => screen.tap('keep')
  return {
    'activation-front': {
      to: 'notice',
      async on() {
        await screen.tap('notice-agreed')
        await screen.tap('accept-notice')
      },
    },
    demarcation: { to: 'activation-front', on: keep },
    email: { to: 'demarcation', on: () => screen.tap('demarcation-unknown') },
    // The code that is on its way is not thrown away: a sheet asks, and the next "back" closes it.
    code: { to: 'code', sheet: 'leave-code-sheet' },
    campaigns: { to: 'home', on: () => screen.tap('to-campaigns') },
    campaign: { to: 'campaigns', on: () => screen.tap(`campaign-${campaign}`) },
    model: {
      to: 'campaigns',
      async on() {
        await screen.tap(`campaign-${campaign}`)
        await screen.tap('give-apoyo')
      },
    },
    'capture-front': { to: 'model', on: () => screen.tap(`model-${who.person.model}`) },
    'capture-back': { to: 'capture-front', on: keep },
    reading: { to: 'capture-back', on: keep },
    'capture-selfie': { to: 'reading', on: () => screen.tap('confirm-reading') },
    signature: { to: 'capture-selfie', on: keep },
    summary: { to: 'signature', on: keep },
  }
}

/** Sheets that each screen can open, and how. */
export const SHEETS = {
  notice: ['whole-notice', 'whole-notice-sheet'],
  'capture-front': ['discard', 'discard-sheet'],
  summary: ['discard', 'discard-sheet'],
}

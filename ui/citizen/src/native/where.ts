/** The platforms that the screens have to distinguish. */

/** A phone or a tablet with a camera app of its own. An iPad calls itself a Mac, which has no touch. */
export function onPhone(agent: string = navigator.userAgent, touches: number = navigator.maxTouchPoints): boolean {
  return /Android|iPhone|iPad/i.test(agent) || (/Macintosh/.test(agent) && touches > 1)
}

/** Apple's engine, which turns a HEIC picture into a JPEG by itself, but only where HEIC is not asked for. */
export function turnsHeic(agent: string = navigator.userAgent): boolean {
  return /iPhone|iPad/i.test(agent) || (/Macintosh/.test(agent) && !/Chrome|Firefox/.test(agent))
}

/** Android's WebView, which does not give request bodies to the app. */
export function onAndroid(agent: string = navigator.userAgent): boolean {
  return /Android/i.test(agent)
}

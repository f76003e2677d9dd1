/** On what the screens run, where that makes a difference. */

/** A phone or a tablet with a camera app of its own. */
export function onPhone(agent: string = navigator.userAgent): boolean {
  return /Android|iPhone|iPad/i.test(agent)
}

/** Android's WebView, which cannot give the body of a request to the app. */
export function onAndroid(agent: string = navigator.userAgent): boolean {
  return /Android/i.test(agent)
}

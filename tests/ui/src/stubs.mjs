// Cameras of pages that never see a real one: each is a script that runs before the page.

/** What the stubs share: a camera that is a canvas, and the page going to the background. */
const SHARED = `
  window.asked = []
  window.streams = []
  const wait = (ms) => new Promise((done) => setTimeout(done, ms))
  let away = false
  Object.defineProperty(document, 'hidden', { get: () => away })
  Object.defineProperty(document, 'visibilityState', { get: () => (away ? 'hidden' : 'visible') })
  const turn = (to) => { away = to; document.dispatchEvent(new Event('visibilitychange')) }
  const canvas = (delivers, width = 1080, height = 1920) => {
    const picture = document.createElement('canvas')
    picture.width = width
    picture.height = height
    const brush = picture.getContext('2d')
    let nth = 0
    if (delivers) setInterval(() => { brush.fillStyle = nth++ % 2 ? '#888' : '#898989'; brush.fillRect(0, 0, width, height) }, 60)
    const stream = picture.captureStream(delivers ? 15 : 0)
    window.streams.push(stream)
    return stream
  }
  window.alive = () => window.streams.filter((one) => one.getVideoTracks()[0].readyState === 'live').length
`

/**
 * A phone that asks for the permission, as Android does: an activity of its own comes to the front,
 * so the page is hidden, and the answer comes before the page is back.
 */
export const asks = (answer) => `${SHARED}
  window.backFromSettings = async () => { turn(true); await wait(50); turn(false) }
  navigator.mediaDevices.getUserMedia = async () => {
    window.asked.push(Date.now())
    await wait(5); turn(true)
    await wait(80); setTimeout(() => turn(false), 30)
    if (${JSON.stringify(answer)} === 'denied') throw new DOMException('Permission denied', 'NotAllowedError')
    return canvas(true)
  }`

/** A camera that opens and delivers nothing, until \`window.repaired\` is set. */
export const SILENT = `${SHARED}
  navigator.mediaDevices.getUserMedia = async () => {
    window.asked.push(Date.now())
    return canvas(window.repaired === true)
  }`

/** An iPhone of several lenses; the one that is opened first does not focus near. */
export const LENSES = `${SHARED}
  const labels = ['Cámara frontal', 'Cámara trasera', 'Cámara trasera teleobjetivo', 'Cámara triple trasera']
  navigator.mediaDevices.enumerateDevices = async () =>
    labels.map((label) => ({ kind: 'videoinput', deviceId: 'id of ' + label, label, groupId: '' }))
  navigator.mediaDevices.getUserMedia = async ({ video }) => {
    const id = video.deviceId ? video.deviceId.exact : 'id of Cámara trasera'
    window.asked.push(id)
    const stream = canvas(true)
    stream.getVideoTracks()[0].getSettings = () => ({ deviceId: id })
    return stream
  }`

/** An upright camera of 720 lines, whose sensor answers a photograph of this size; 0 for never. */
export const sensor = (width, height) => `${SHARED}
  navigator.mediaDevices.getUserMedia = async () => canvas(true, 720, 1280)
  window.ImageCapture = class {
    async getPhotoCapabilities() { return { imageWidth: { max: 4080 }, imageHeight: { max: 3060 } } }
    takePhoto(settings) {
      window.asked.push(settings)
      if (${width} === 0) return new Promise(() => undefined)
      const picture = document.createElement('canvas')
      picture.width = ${width}
      picture.height = ${height}
      picture.getContext('2d').fillRect(0, 0, 40, 40)
      return new Promise((done) => picture.toBlob(done, 'image/jpeg', 0.8))
    }
  }`

/** No camera at all. */
export const NONE = `${SHARED}
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('none', 'NotFoundError') }`

// What the fake camera sees: a picture, as a film of two frames or as one raw frame.
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './processes.mjs'

/** A webcam on its side, and a phone as it is held: browsers give the same camera upright. */
export const WEBCAM = { width: 1280, height: 720 }
export const UPRIGHT = { width: 1080, height: 1920 }
export const SMALL_UPRIGHT = { width: 720, height: 1280 }

/** The picture as raw I420 (all of Y, then U and V at half the size), dark around it. */
function frameOf(picture, { width: WIDTH, height: HEIGHT }) {
  const size = `${WIDTH}x${HEIGHT}`
  const fit = ['-resize', size, '-background', '#28282a', '-gravity', 'center', '-extent', size]
  const rgb = run('convert', [picture, ...fit, '-depth', '8', 'rgb:-'], { encoding: 'buffer', maxBuffer: 2 ** 25 })
  const frame = Buffer.alloc((WIDTH * HEIGHT * 3) / 2)
  const [u, v] = [WIDTH * HEIGHT, (WIDTH * HEIGHT * 5) / 4]
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = y * WIDTH + x
      const [r, g, b] = [rgb[3 * at], rgb[3 * at + 1], rgb[3 * at + 2]]
      const luma = 0.299 * r + 0.587 * g + 0.114 * b
      frame[at] = 16 + luma * (219 / 255)
      if (x % 2 || y % 2) continue
      const half = (y / 2) * (WIDTH / 2) + x / 2
      frame[u + half] = 128 + (b - luma) * (112 / 226)
      frame[v + half] = 128 + (r - luma) * (112 / 179)
    }
  }
  return frame
}

/** Replaces a file in one step: a reader sees the old picture or the new one. */
function replace(file, bytes) {
  writeFileSync(`${file}.new`, bytes)
  renameSync(`${file}.new`, file)
}

/** An empty desk: nothing that the app would take a picture of. */
function desk(folder, { width, height }) {
  const file = join(folder, `desk-${width}x${height}.png`)
  if (!existsSync(file)) run('convert', ['-size', `${width}x${height}`, 'gradient:#b8afa2-#a0978a', file])
  return file
}

/** A camera that shows the picture it is given, and the empty desk before and between. */
function camera(file, folder, size, format) {
  const show = (picture) => replace(file, format(frameOf(picture, size)))
  const rest = () => show(desk(folder, size))
  rest()
  return { file, show, rest }
}

/** The camera of Chromium: a film that is opened again whenever a page switches the camera on. */
export function film(folder, size = WEBCAM) {
  const header = Buffer.from(`YUV4MPEG2 W${size.width} H${size.height} F30:1 Ip A1:1 C420mpeg2\n`)
  const mark = Buffer.from('FRAME\n')
  return camera(join(folder, 'camera.y4m'), folder, size, (raw) => Buffer.concat([header, mark, raw, mark, raw]))
}

/** The camera of the window (see fakecam/): one raw frame, read again for each frame. */
export function rawFrame(folder) {
  return camera(join(folder, 'camera.i420'), folder, WEBCAM, (raw) => raw)
}

// What stands before the fake camera: a picture, as a film of two frames or as one raw frame.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './processes.mjs'

const WIDTH = 1280
const HEIGHT = 720

/** The picture as raw I420, as large as it fits into the frame, dark around it. */
function frameOf(picture, scratch) {
  const size = `${WIDTH}x${HEIGHT}`
  const fit = ['-resize', size, '-background', '#28282a', '-gravity', 'center', '-extent', size]
  run('convert', [picture, ...fit, '-sampling-factor', '4:2:0', '-depth', '8', '-interlace', 'plane', `yuv:${scratch}`])
  return readFileSync(scratch)
}

/** Replaces a file in one step: a reader sees the old picture or the new one. */
function replace(file, bytes) {
  writeFileSync(`${file}.new`, bytes)
  renameSync(`${file}.new`, file)
}

/** The camera of Chromium: a film that is opened anew whenever a page switches the camera on. */
export function film(folder) {
  const file = join(folder, 'camera.y4m')
  return {
    file,
    show(picture) {
      const frame = Buffer.concat([Buffer.from('FRAME\n'), frameOf(picture, `${file}.raw`)])
      const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\n`)
      replace(file, Buffer.concat([header, frame, frame]))
    },
  }
}

/** The camera of the window (see fakecam/): one raw frame, read again for each frame. */
export function rawFrame(folder) {
  const file = join(folder, 'camera.i420')
  return { file, show: (picture) => replace(file, frameOf(picture, `${file}.raw`)) }
}

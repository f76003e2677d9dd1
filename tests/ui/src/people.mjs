// Synthetic people with their cards, drawn once per run by the program `cards`.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { artifacts, program } from './places.mjs'
import { run } from './processes.mjs'

const folder = join(artifacts, 'people')

/** Everybody in the roll; the first ones have pictures, photographed from near and in good light. */
export function people() {
  const list = join(folder, 'people.json')
  // The cards are last to be drawn, so their presence tells that the folder is whole.
  if (!existsSync(join(folder, 'whole'))) {
    run(program('cards'), ['--people', '60', '--cards', '6', '--photographs', '1', '--models', 'GH', '--padron', '0', '--baja', '0', '--seed', '2027', '--out', folder])
    run('touch', [join(folder, 'whole')])
  }
  return JSON.parse(readFileSync(list, 'utf8'))
}

export const roll = join(folder, 'roll.csv')

/** The pictures of a person, as files: photographs of both faces, and the face. */
export function pictures(person) {
  const photographed = (face) => join(folder, person.files.photographs.find((photo) => photo.face === face).file)
  return { front: photographed('front'), back: photographed('back'), selfie: join(folder, person.files.selfie) }
}

/** The nth of those with pictures. */
export function citizen(nth) {
  const person = people().filter((one) => one.files)[nth]
  return { person, pictures: pictures(person) }
}

// Where things are: the tree, the programs that were built, and a folder for this run.
import { mkdirSync, mkdtempSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
export const artifacts = join(root, 'tests/ui/artifacts')

/** A program that `cargo build --bins` made. */
export function program(name) {
  return join(process.env.APOYO_PROGRAMS ?? join(root, 'target/debug'), name)
}

/** A new empty folder; it stays after a failure, to be looked at. */
export function newFolder(name) {
  mkdirSync(artifacts, { recursive: true })
  return mkdtempSync(join(artifacts, `${name}-`))
}

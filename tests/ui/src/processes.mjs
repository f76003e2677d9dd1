// Programs that a test starts, waits for, and ends.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const running = new Set()
process.on('exit', () => running.forEach((child) => signal(child, 'SIGKILL')))

/** To the program and everything that it started: each has a group of its own. */
function signal(child, name) {
  try {
    process.kill(-child.pid, name)
  } catch {
    // It has ended.
  }
}

/** Runs a program to its end; a failure shows what it said. */
export function run(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', ...options })
  if (done.error) throw new Error(`${program} cannot be started: ${done.error.message}`)
  if (done.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${done.status ?? done.signal}\n${done.stdout}${done.stderr}`)
  }
  return done.stdout
}

/** Starts a program whose words go to `log`. */
export function start(program, args, log, env = {}) {
  // Straight into the file: a pipe would keep us waiting for whatever the program leaves behind.
  const words = openSync(log, 'w')
  const child = spawn(program, args, { env: { ...process.env, ...env }, detached: true, stdio: ['ignore', words, words] })
  closeSync(words)
  running.add(child)
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve('cannot be started'))
    child.once('exit', (code, signal) => resolve(`ended with ${code ?? signal}`))
  }).finally(() => running.delete(child))
  const state = { how: null }
  ended.then((how) => (state.how = how))
  return {
    child,
    log,
    /** How it ended, or null while it runs. */
    how: () => state.how,
    async stop() {
      signal(child, 'SIGTERM')
      const late = setTimeout(() => signal(child, 'SIGKILL'), 10_000)
      await ended
      clearTimeout(late)
    },
  }
}

/** Waits until `ask` answers something true; says what `program` said where it ended instead. */
export async function until(what, ask, { within = 30_000, every = 100, program } = {}) {
  const end = Date.now() + within
  let last
  while (Date.now() < end) {
    if (program?.how()) {
      throw new Error(`${what}: the program ${program.how()} and said\n${readFileSync(program.log, 'utf8')}`)
    }
    try {
      const answer = await ask()
      if (answer) return answer
    } catch (fault) {
      last = fault
    }
    await pause(every)
  }
  throw new Error(`${what}: not within ${within / 1000} s${last ? ` (${last.message})` : ''}`)
}

/** A free port. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/**
 * The phone's own "back", for everything that it undoes: a screen, a step of a path, a sheet.
 *
 * Each of them is a layer with a number of entries in the browser's history, the innermost layer
 * last. "Back" removes the innermost entry and informs its layer. Entries are added when a person
 * goes on, not when they come back, because a browser skips entries that a page adds without a touch.
 */

interface Layer {
  /** The number of steps of this layer that can be undone. */
  count: number
  /** Called with the number of steps that are left after "back". */
  undo: (left: number) => void
}

interface Entry {
  depth: number
}

/** The part of the history API that is used. */
export interface Entries {
  state: unknown
  pushState(state: unknown, unused: string): void
  replaceState(state: unknown, unused: string): void
  go(delta: number): void
}

const layers: Layer[] = []
let entries: Entries | null = null
/** The depth at which this page began; entries below belong to a page before a reload. */
let base = 0
/** The entry that the browser is at. */
let depth = 0
/** Whether a move was requested that the browser has not announced yet. */
let moving = false
let settling = false

const wanted = () => base + layers.reduce((sum, layer) => sum + layer.count, 0)

/** Adjusts the browser's entries to the layers, once for all changes of one moment. */
function settle() {
  if (settling) return
  settling = true
  queueMicrotask(() => {
    settling = false
    if (!entries || moving) return
    const to = wanted()
    if (to < depth) {
      moving = true
      entries.go(to - depth)
    }
    while (depth < to) {
      depth += 1
      entries.pushState({ depth } satisfies Entry, '')
    }
  })
}

function arrived(state: unknown) {
  depth = (state as Entry | null)?.depth ?? 0
  // Entries of a page before a reload have nothing to undo; each is left once.
  base = Math.min(base, depth)
  if (!moving) undo()
  moving = false
  settle()
}

/** The person went back to `depth`: the innermost layers remove their steps above it. */
function undo() {
  for (let over = wanted() - Math.max(depth, base); over > 0; ) {
    const layer = layers.filter((one) => one.count > 0).pop()
    if (!layer) return
    const taken = Math.min(over, layer.count)
    layer.count -= taken
    over -= taken
    layer.undo(layer.count)
  }
}

/** Starts to listen to the browser's own history, or to that of a test. */
export function listen(to: Entries, onback: (told: (state: unknown) => void) => void): void {
  entries = to
  depth = base = (to.state as Entry | null)?.depth ?? 0
  to.replaceState({ depth } satisfies Entry, '')
  onback(arrived)
  settle()
}

/** A layer of several steps; `count` sets how many of them can be undone, `close` removes it. */
export function path(undone: (left: number) => void): { count(count: number): void; close(): void } {
  const layer: Layer = { count: 0, undo: undone }
  layers.push(layer)
  return {
    count(count) {
      layer.count = count
      settle()
    },
    close() {
      const at = layers.indexOf(layer)
      if (at >= 0) layers.splice(at, 1)
      settle()
    },
  }
}

/** A layer of one step, such as a sheet; returns a function to remove it. */
export function layer(undone: () => void): () => void {
  const one = path(undone)
  one.count(1)
  return one.close
}

/**
 * The phone's own "back", for whatever it undoes: a screen, a step of a path, a sheet.
 *
 * Each of them is a layer with a number of entries in the browser's history, the innermost layer
 * last. "Back" takes the innermost entry away and tells its layer. Entries are added when a person
 * goes on, not when they come back: a browser skips entries that a page adds without a touch.
 */

interface Layer {
  /** How many steps of this layer can be undone. */
  count: number
  /** Told how many are left after "back". */
  undo: (left: number) => void
}

interface Entry {
  depth: number
}

/** The history as it is used here. */
export interface Entries {
  state: unknown
  pushState(state: unknown, unused: string): void
  replaceState(state: unknown, unused: string): void
  go(delta: number): void
}

const layers: Layer[] = []
let entries: Entries | null = null
/** The depth at which this page began: what lies below belongs to a page before a reload. */
let base = 0
/** The entry that the browser is at. */
let depth = 0
/** We asked the browser to go somewhere and it has not said that it is there. */
let moving = false
let settling = false

const wanted = () => base + layers.reduce((sum, layer) => sum + layer.count, 0)

/** Brings the browser's entries to what the layers say, once for all changes of one moment. */
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
  // Entries of a page before a reload: there is nothing to undo, and each is left once.
  base = Math.min(base, depth)
  if (!moving) undo()
  moving = false
  settle()
}

/** The person went back to `depth`: the innermost layers give up what lies above it. */
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

/** Begins to listen. The browser's own history, or that of a test. */
export function listen(to: Entries, onback: (told: (state: unknown) => void) => void): void {
  entries = to
  depth = base = (to.state as Entry | null)?.depth ?? 0
  to.replaceState({ depth } satisfies Entry, '')
  onback(arrived)
  settle()
}

/** A layer of several steps; `count` says how many of them can be undone, `close` takes it away. */
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

/** A layer of one step, such as a sheet; answers how to take it away. */
export function layer(undone: () => void): () => void {
  const one = path(undone)
  one.count(1)
  return one.close
}

/**
 * Keeps one camera open while it is needed.
 *
 * Android shows its question for the permission in an activity of its own, and the page counts as
 * hidden meanwhile. So a running request goes on when the page is hidden, and no second one is made.
 * Otherwise the page would ask again after each answer, without end.
 */
import { CameraError, type CameraTrouble } from './camera'

/** The pause after a "busy": another app, or our last stream, may be about to release the camera. */
const BUSY_PAUSES = [300, 900]
/** The time limit for the first frame; after it the camera is opened again. */
const SILENT_MS = 3000
/** How often a silent or broken camera is opened again before it is reported. */
const REOPENINGS = 2
/** How long a stream that comes while the page is hidden waits for the page. */
const HIDDEN_MS = 2000

export interface Keeping<Camera> {
  open(): Promise<Camera>
  close(camera: Camera): void
  /** Called with the open camera, or with `null`. */
  now(camera: Camera | null): void
  /** Called once with the reason why there is no picture; after that there are no more tries. */
  trouble(trouble: CameraTrouble): void
  sleep(ms: number): Promise<void>
}

export interface Keeper {
  /** Whether the camera is in use: false in the background. */
  want(wanted: boolean): void
  /** A frame came. */
  delivers(): void
  /** The camera stopped by itself. */
  ended(): void
  /** Closes it and opens the camera that `open` now returns. */
  change(): void
  /** The screen is left. */
  end(): void
}

export function keepCamera<Camera>(keeping: Keeping<Camera>): Keeper {
  let wanted = false
  let over = false
  let asking = false
  let open: Camera | null = null
  /** Grows with each camera, so that a late event of an older one is ignored. */
  let nth = 0
  let frames = false
  let again = 0

  function tell(trouble: CameraTrouble) {
    if (over) return
    over = true
    shut()
    keeping.trouble(trouble)
  }

  function shut() {
    nth += 1
    const before = open
    open = null
    if (before === null) return
    keeping.close(before)
    if (!over) keeping.now(null)
  }

  async function opened(): Promise<Camera> {
    for (const pause of [...BUSY_PAUSES, null]) {
      try {
        return await keeping.open()
      } catch (thrown) {
        const trouble = thrown instanceof CameraError ? thrown.trouble : 'unsupported'
        if (pause === null || trouble !== 'busy' || over) throw new CameraError(trouble)
        await keeping.sleep(pause)
      }
    }
    throw new CameraError('busy')
  }

  async function ask() {
    if (asking || open !== null || over || !wanted) return
    asking = true
    try {
      const camera = await opened()
      for (let waited = 0; !wanted && !over && waited < HIDDEN_MS; waited += 100) await keeping.sleep(100)
      if (over || !wanted) return keeping.close(camera)
      open = camera
      frames = false
      nth += 1
      keeping.now(camera)
      void watch(nth)
    } catch (thrown) {
      tell(thrown instanceof CameraError ? thrown.trouble : 'unsupported')
    } finally {
      asking = false
    }
  }

  async function watch(mine: number) {
    await keeping.sleep(SILENT_MS)
    if (mine === nth && !over && wanted && !frames) reopen('silent')
  }

  function reopen(otherwise: CameraTrouble) {
    if (again >= REOPENINGS) return tell(otherwise)
    again += 1
    shut()
    void ask()
  }

  return {
    want(now) {
      if (over) return
      if (now && !wanted) again = 0
      wanted = now
      if (now) void ask()
      else if (!asking) shut()
    },
    delivers() {
      frames = true
    },
    ended() {
      if (!over && open !== null && wanted) reopen('busy')
    },
    change() {
      if (over || asking) return
      again = 0
      shut()
      void ask()
    },
    end() {
      over = true
      shut()
    },
  }
}

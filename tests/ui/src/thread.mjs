// What a page's main thread did, as Chromium traces it.
//
// The time of a task is the time for which its thread ran, not the time on the clock: on a machine
// that builds something meanwhile a task waits for its turn, and that is not the page's fault. A
// processor that is slowed down over CDP runs idle between its steps, which counts as running.

const KINDS = ['disabled-by-default-devtools.timeline', '__metadata']

/** Begins to record; answers how to end it and get the tasks of the page, in milliseconds. */
export async function record(cdp) {
  const events = []
  const collect = ({ value }) => events.push(...value)
  cdp.on('Tracing.dataCollected', collect)
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: KINDS, excludedCategories: ['*'] },
  })
  return async () => {
    const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
    await cdp.send('Tracing.end')
    const { dataLossOccurred } = await complete
    cdp.off('Tracing.dataCollected', collect)
    if (dataLossOccurred) throw new Error('the trace lost events')
    return tasksOf(events)
  }
}

/** The tasks of the main thread that did most: other pages' renderers wait. */
function tasksOf(events) {
  const names = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const threads = names.map(({ pid, tid }) =>
    events
      .filter((one) => one.name === 'RunTask' && one.ph === 'X' && one.pid === pid && one.tid === tid)
      .map(({ dur, tdur }) => ({ ran: tdur / 1000, took: dur / 1000 })),
  )
  const tasks = threads.sort((one, other) => sum(other, 'ran') - sum(one, 'ran'))[0] ?? []
  if (tasks.length === 0 || tasks.some(({ ran }) => !(ran >= 0))) throw new Error('the trace names no time of a thread')
  return {
    count: tasks.length,
    longest: Math.max(...tasks.map(({ ran }) => ran)),
    /** How long tasks waited for their turn. */
    waited: sum(tasks, 'took') - sum(tasks, 'ran'),
  }
}

const sum = (tasks, which) => tasks.reduce((all, one) => all + one[which], 0)

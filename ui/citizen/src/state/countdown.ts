/** Seconds that are left at `now` of `seconds` counted from `heardAt` (both milliseconds). */
export function secondsLeft(seconds: number, heardAt: number, now: number): number {
  return Math.max(0, Math.ceil(seconds - (now - heardAt) / 1000))
}

/** A duration like a clock: `23:59:58`, or `0:42` below an hour. */
export function clock(seconds: number): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

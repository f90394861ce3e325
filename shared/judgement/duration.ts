// Durations as people say them: the largest unit, and the next one where it still matters.

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** "9 d 4 h", "2 h 5 min", "37 min", "12 s". Cut, never rounded up; below zero (a clock was set back) counts as zero. */
export function formatDuration(ms: number): string {
  const left = Number.isFinite(ms) ? Math.max(0, ms) : 0
  if (left >= DAY_MS) return inTwoUnits(left, DAY_MS, 'd', HOUR_MS, 'h')
  if (left >= HOUR_MS) return inTwoUnits(left, HOUR_MS, 'h', MINUTE_MS, 'min')
  if (left >= MINUTE_MS) return `${Math.floor(left / MINUTE_MS)} min`
  return `${Math.floor(left / SECOND_MS)} s`
}

function inTwoUnits(ms: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % largeMs) / smallMs)
  const head = `${Math.floor(ms / largeMs)} ${large}`
  return rest === 0 ? head : `${head} ${rest} ${small}`
}

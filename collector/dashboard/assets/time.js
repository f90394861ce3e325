// Keeps relative times current between updates. Says the same words as components/times.ts; a browser test compares them.

const UNITS = [
  ['d', 86_400_000, 'h', 3_600_000],
  ['h', 3_600_000, 'min', 60_000],
]

export function durationText(ms) {
  const left = Math.max(0, ms)
  for (const [unit, unitMs, smaller, smallerMs] of UNITS) {
    if (left < unitMs) continue
    const rest = Math.floor((left % unitMs) / smallerMs)
    const head = `${Math.floor(left / unitMs)} ${unit}`
    return rest === 0 ? head : `${head} ${rest} ${smaller}`
  }
  return left >= 60_000 ? `${Math.floor(left / 60_000)} min` : `${Math.floor(left / 1_000)} s`
}

export function momentText(at, now, wording) {
  const elapsedMs = now - Date.parse(at)
  if (wording === 'ago') return elapsedMs < 1_000 ? 'just now' : `${durationText(elapsedMs)} ago`
  if (wording === 'until')
    return elapsedMs < 0 ? `in ${durationText(-elapsedMs)}` : `overdue by ${durationText(elapsedMs)}`
  return durationText(elapsedMs)
}

/** Rewrites the relative times under `root` that read differently at `now`. */
export function tick(root, now) {
  for (const time of root.querySelectorAll('time[data-wording]')) {
    const text = momentText(time.dateTime, now, time.dataset.wording)
    if (time.textContent !== text) time.textContent = text
  }
}

/** "10:22:07 UTC". */
export function utcClockText(at) {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`
}

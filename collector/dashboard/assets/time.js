// Keeps relative times current between updates. Says the same words as components/times.ts; a browser test compares them.
// A reader may have all of them as the moments they stand for instead, in UTC or as the browser's clock goes.
import { keep, kept } from './kept.js'

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

/** "2026-01-11 10:22 UTC". */
function utcText(at) {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}

/** "2026-01-11 11:22 +01:00". `offsetMin`: minutes ahead of UTC, at that moment. */
export function localText(at, offsetMin = -new Date(at).getTimezoneOffset()) {
  const minutes = (count) => String(count).padStart(2, '0')
  const ahead = Math.abs(offsetMin)
  const offset = `${offsetMin < 0 ? '-' : '+'}${minutes(Math.floor(ahead / 60))}:${minutes(ahead % 60)}`
  const there = new Date(Date.parse(at) + offsetMin * 60_000).toISOString()
  return `${there.slice(0, 16).replace('T', ' ')} ${offset}`
}

/** Besides relative ones, which change as time goes by. */
const CLOCKS = { utc: utcText, local: localText }
const clockOf = (choice) => (Object.hasOwn(CLOCKS, choice ?? '') ? CLOCKS[choice] : null)

/** Rewrites the times under `root` that read differently at `now`. */
export function tick(root, now) {
  const clock = clockOf(document.documentElement.dataset.times)
  for (const time of root.querySelectorAll('time[data-wording]')) {
    const text = clock === null ? momentText(time.dateTime, now, time.dataset.wording) : clock(time.dateTime)
    if (time.textContent !== text) time.textContent = text
  }
}

/** `onChange` is to rewrite the times on screen. */
export function chooseTimes(onChange) {
  const field = document.getElementById('times')
  if (field === null) return
  const show = (choice) => {
    if (clockOf(choice) === null) delete document.documentElement.dataset.times
    else document.documentElement.dataset.times = choice
    onChange()
  }
  field.addEventListener('change', () => {
    keep('times', field.value)
    show(field.value)
  })
  const choice = kept('times')
  // A browser may have kept what the field said before the page was loaded anew.
  field.value = clockOf(choice) === null ? 'relative' : choice
  if (clockOf(choice) !== null) show(choice)
}

/** "10:22:07 UTC". */
export function utcClockText(at) {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`
}

// Keeps relative times current between updates. Says the same words as components/times.ts; a browser test compares them.
// A reader may have all of them in UTC instead, as the moments they stand for.
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

const isUtc = () => document.documentElement.dataset.times === 'utc'

/** "2026-01-11 10:22 UTC". */
function utcText(at) {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}

/** Rewrites the times under `root` that read differently at `now`. */
export function tick(root, now) {
  const textOf = isUtc() ? utcText : (at, wording) => momentText(at, now, wording)
  for (const time of root.querySelectorAll('time[data-wording]')) {
    const text = textOf(time.dateTime, time.dataset.wording)
    if (time.textContent !== text) time.textContent = text
  }
}

/** `onChange` is to rewrite the times on screen. */
export function chooseTimes(onChange) {
  const button = document.getElementById('times')
  if (button === null) return
  const show = (choice) => {
    document.documentElement.dataset.times = choice
    button.setAttribute('aria-pressed', String(choice === 'utc'))
    onChange()
  }
  button.addEventListener('click', () => {
    const choice = isUtc() ? 'relative' : 'utc'
    keep('times', choice)
    show(choice)
  })
  if (kept('times') === 'utc') show('utc')
}

/** "10:22:07 UTC". */
export function utcClockText(at) {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`
}

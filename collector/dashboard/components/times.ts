// Moments for people: short and relative in the text, UTC in `datetime` and in the title. assets/time.js keeps the text
// current in the browser and must say the same words; a browser test compares the two.
import { formatDuration } from '../../../shared/judgement/duration.ts'
import { html, type View } from '../html.ts'

/** ago: "2 min ago". for: "9 d 4 h". until: "in 5 d" or "overdue by 2 d". */
export type TimeWording = 'ago' | 'for' | 'until'

/** A moment as `<time>`. `at` is RFC 3339; null shows a dash that is read as "not known". */
export function moment(at: string | null, now: number, wording: TimeWording): View {
  if (at === null) return notKnown()
  return html`<time datetime=${at} title=${utcText(at)} data-wording=${wording}>${momentText(at, now, wording)}</time>`
}

/** A moment spelled out in UTC, with its relative form beside it. */
export function momentWithUtc(at: string | null, now: number, wording: TimeWording): View {
  if (at === null) return notKnown()
  return html`<span class="moment">${moment(at, now, wording)} <span class="utc">${utcText(at)}</span></span>`
}

export function notKnown(): View {
  return html`<span class="none"><span aria-hidden="true">–</span><span class="sr">not known</span></span>`
}

export function momentText(at: string, now: number, wording: TimeWording): string {
  const elapsedMs = now - Date.parse(at)
  switch (wording) {
    case 'ago':
      return elapsedMs < 1_000 ? 'just now' : `${formatDuration(elapsedMs)} ago`
    case 'for':
      return formatDuration(Math.max(0, elapsedMs))
    case 'until':
      return elapsedMs < 0 ? `in ${formatDuration(-elapsedMs)}` : `overdue by ${formatDuration(elapsedMs)}`
    default:
      return wording satisfies never
  }
}

/** How all times of the pages read in this browser; assets/time.js acts on it. */
export function timesChoice(): View {
  return html`<span class="times-choice">
    <label for="times">Times</label>
    <select id="times" autocomplete="off">
      <option value="relative">relative</option>
      <option value="utc">UTC</option>
      <option value="local">local</option>
    </select>
  </span>`
}

/** "2026-01-11 10:22:07 UTC". */
export function utcText(at: string | number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

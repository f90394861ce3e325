// What a server was like for three months, at a glance: when it needed a restart, for how long, and when nobody heard it.
import { formatDuration } from '../../../shared/judgement/duration.ts'
import type { StateStrip, StripKind, StripPart } from '../../views/charts/state-strip-view.ts'
import { utcText } from '../components/times.ts'
import { html, type Content, type View } from '../html.ts'
import { CAUSE_WORDS, countText, EVENT_WORDS } from '../words.ts'
import { figure, type Table } from './figure.ts'
import { bar, dayText, label, line, percent, type Mark } from './plot.ts'

const MARKS: Readonly<Record<StripKind, Mark | null>> = {
  none: null,
  required: 'hatch',
  stale: 'solid',
  silent: 'dots',
}
const WORDS: Readonly<Record<StripKind, string>> = {
  none: 'No restart required',
  required: 'Restart required',
  stale: 'Longer than policy allows',
  silent: 'Silent',
}
/** Pixels. */
const STRIP = { top: 14, bottom: 42, height: 64 } as const

export function stateStripFigure(strip: StateStrip): View {
  return figure({
    name: 'strip',
    title: 'The last 90 days',
    says: sentence(strip),
    legend: [
      ['hatch', WORDS.required],
      ['solid', WORDS.stale],
      ['dots', WORDS.silent],
    ],
    picture: picture(strip),
    table: strip.events.length === 0 ? null : table(strip),
  })
}

function sentence(strip: StateStrip): string {
  const needMs = lengthOf(strip, 'required') + lengthOf(strip, 'stale')
  const silentMs = lengthOf(strip, 'silent')
  const restarts = strip.events.filter(isRestart).length
  const needed = needMs === 0 ? 'No restart was required.' : `A restart was required for ${formatDuration(needMs)}.`
  const made = restarts === 0 ? '' : restarts === 1 ? ' One was made.' : ` ${countText(restarts)} were made.`
  const silent = silentMs === 0 ? '' : ` Silent for ${formatDuration(silentMs)}.`
  return `${needed}${made}${silent}${strip.hasMore ? ' What was before is in its history.' : ''}`
}

function lengthOf({ parts, now }: StateStrip, kind: StripKind): number {
  return parts.filter((part) => part.kind === kind).reduce((sum, { from, to }) => sum + Math.min(to, now) - from, 0)
}

function picture(strip: StateStrip): View {
  const at = (moment: number) => (moment - strip.from) / Math.max(1, strip.to - strip.from)
  const middle = (STRIP.top + STRIP.bottom) / 2
  return html`<svg
    class="plot"
    width="100%"
    height=${STRIP.height}
    role="img"
    aria-labelledby="strip-title"
    aria-describedby="strip-says"
  >
    ${line('axis', 0, 1, middle, middle)} ${strip.parts.map((part) => stretch(part, at))}
    ${strip.events.filter(isRestart).map((event) => restartMark(at(event.at)))}
    ${label(dayText(new Date(strip.from).toISOString()), 0, STRIP.height - 6, 'start')}
    ${label('now', 1, STRIP.height - 6, 'end')}
  </svg>`
}

function stretch({ from, to, kind }: StripPart, at: (moment: number) => number): View | null {
  const mark = MARKS[kind]
  return mark === null ? null : bar(mark, at(from), at(to) - at(from), STRIP.top, STRIP.bottom - STRIP.top)
}

/** A pin above the strip: here it was restarted. */
function restartMark(x: number): View {
  return html`<g>
    <line class="pin" x1=${percent(x)} x2=${percent(x)} y1="6" y2=${STRIP.bottom} />
    <circle class="pin-head" cx=${percent(x)} cy="6" r="4" />
  </g>`
}

function isRestart({ type, cause }: StateStrip['events'][number]): boolean {
  return type === 'restarted-still-required' || (type === 'restart-cleared' && cause === 'restarted')
}

function table({ events }: StateStrip): Table {
  return {
    columns: ['When', 'What happened', 'From then on'],
    rows: events
      .toReversed()
      .map(({ at, type, cause, kind }): Content[] => [
        utcText(at),
        `${EVENT_WORDS[type]}${cause === null ? '' : `: ${CAUSE_WORDS[cause]}`}`,
        WORDS[kind],
      ]),
  }
}

// What each column says of a server.
import type { ColumnName } from '../server-columns.ts'
import type { ServerRow } from '../server-row.ts'
import { html, type Content, type View } from '../html.ts'
import { REPORTING_WORDS } from '../words.ts'
import { applicationHref } from './application-table.ts'
import { exposureMark, reasonMarks, stateMark } from './marks.ts'
import { snoozeMark } from './snooze-note.ts'
import { pickBox } from './selection-bar.ts'
import { moment, notKnown } from './times.ts'
import { whyShort } from './why-text.ts'

/** The name of the server heads its row. */
export type CellName = Exclude<ColumnName, 'server'>

export const CELLS: Record<CellName, (row: ServerRow, now: number) => Content> = {
  state,
  app: ({ application }) => applicationCell(application),
  env: ({ environment }) => environment ?? notKnown(),
  why: whyShort,
  pending: pendingFor,
  deadline,
  exposure: ({ exposure }) => exposureMark(exposure),
  report: lastReport,
  os: ({ os }) => osName(os),
  kernel: ({ kernel }) => kernel ?? notKnown(),
  installed: ({ nextKernel }) => nextKernel ?? notKnown(),
  uptime,
  address: ({ addresses }) => firstOf(addresses),
  tags: ({ tags }) => tagsText(tags),
  agent: ({ agentVersion }) => agentVersion ?? notKnown(),
  snoozed: ({ snoozed }, now) => (snoozed === null ? nothing('not snoozed') : moment(snoozed.until, now, 'until')),
}

function state({ name, state: is, reasons, snoozed }: ServerRow, now: number): View {
  return html`<div class="state-line">
    ${pickBox(name)}${stateMark(is)}${reasonMarks(reasons)}${snoozeMark(snoozed, now)}
  </div>`
}

function applicationCell(name: string | null): View {
  return name === null ? notKnown() : html`<a href=${applicationHref(name)}>${name}</a>`
}

function pendingFor({ since, sinceQuality }: ServerRow, now: number): Content {
  if (since === null) return notKnown()
  const atLeast =
    sinceQuality === 'upper-bound' ? html`<span title="It was there when first looked at">≥ </span>` : null
  return html`<span>${atLeast}${moment(since, now, 'for')}</span>`
}

function deadline({ staleAt }: ServerRow, now: number): View {
  if (staleAt === null) return notKnown()
  const isOver = Date.parse(staleAt) <= now
  return html`<span class=${isOver ? 'over' : 'due'}>${moment(staleAt, now, 'until')}</span>`
}

/** Silence that already stands among the reasons is not said twice. */
function lastReport({ reporting, lastReportAt, reasons }: ServerRow, now: number): Content {
  const when = reporting === 'never' ? null : moment(lastReportAt, now, 'ago')
  if (reporting === 'current' || reasons.includes('silent')) return when ?? notKnown()
  return [html`<span class="reporting">${REPORTING_WORDS[reporting]}</span>`, when]
}

/** "Debian 12" of "Debian GNU/Linux 12 (bookworm)": the whole of it is in the title and on the server's page. */
function osName(os: string | null): View {
  if (os === null) return notKnown()
  const short = os.replace(' GNU/Linux', '').replace(/ \([^)]*\)$/, '')
  return html`<span title=${os}>${short}</span>`
}

/** Whether one that is not heard is still up, nobody knows. */
function uptime({ bootedAt, reporting }: ServerRow, now: number): View {
  const isHeard = reporting === 'current' || reporting === 'late'
  return isHeard ? moment(bootedAt, now, 'for') : notKnown()
}

/** The first and how many more; all of them in the title. */
function firstOf(addresses: readonly string[] | null): View {
  if (addresses === null) return notKnown()
  const [first, ...others] = addresses
  if (first === undefined) return nothing('none')
  return html`<span title=${addresses.join(' ')}>${first}${others.length === 0 ? null : ` +${others.length}`}</span>`
}

function tagsText(tags: Readonly<Record<string, string>>): Content {
  const texts = Object.entries(tags).map(([key, value]) => (value === '' ? key : `${key}=${value}`))
  return texts.length === 0 ? nothing('none') : texts.join(', ')
}

/** Known, and not there. */
function nothing(words: string): View {
  return html`<span class="none"><span aria-hidden="true">–</span><span class="sr">${words}</span></span>`
}

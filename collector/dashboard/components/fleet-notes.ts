// Can this page be trusted? When the fleet was last heard, who is not, and whether the collector itself was blind. Each in a
// few words that fit a place which is kept for them, with a way to the rest: what comes and goes here moves nothing else.
import { paths } from '../../../shared/protocol/paths.ts'
import type { BlindReason } from '../../../shared/judgement/blind-notice.ts'
import type { Summary } from '../../views/summary-view.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { withQuery } from './search-form.ts'
import { moment } from './times.ts'

const BLIND_BECAUSE: Record<BlindReason, string> = {
  started: 'The collector just started',
  paused: 'The collector was paused',
  'clock-jumped': 'The collector’s clock jumped',
  'store-stalled': 'The collector’s disk did not answer',
  'many-late': 'Many fell quiet together',
}

/** "2 late, 1 silent. Last report 8 s ago": the time stands at the end, where it moves nothing. */
export function freshness(summary: Summary, now: number): View {
  const blind = blindNotice(summary)
  const { late, silent, never, restarting } = summary.reporting
  const parts = [
    [late, 'late'],
    [silent, 'silent'],
    [never, 'never heard'],
    [restarting, 'restarting'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${countText(count)} ${word}`)
  const isHeard = said.length === 0 && blind === null && summary.total > 0
  const rest = said.length > 0 ? `${said.join(', ')}.` : isHeard ? 'Every server is heard.' : ''
  return html`<p class="freshness">${blind} ${rest} ${lastReport(summary, now)}</p>`
}

function lastReport({ lastReportAt }: Summary, now: number): Content {
  return lastReportAt === null ? 'No report yet.' : html`<span>Last report ${moment(lastReportAt, now, 'ago')}</span>`
}

/** In place of "Every server is heard": what keeps the collector from saying so, and for how many. */
function blindNotice({ blind }: Summary): Content {
  if (blind === null) return null
  return html`<strong class="blind">${BLIND_BECAUSE[blind.reason]}</strong> ${countText(blind.servers)} not called late
    yet. <a href=${`${paths.helpPage()}#blind`}>What that means</a>.`
}

/** Who is in no count, and whose exposure none can tell; each with the way to the list of them. Null: nothing to note. */
export function fleetNotes(summary: Summary): View | null {
  const notes = [notCounted(summary), unknownExposure(summary)].filter((note) => note !== null)
  return notes.length === 0 ? null : html`<p class="not-counted">${notes.flatMap((note) => [note, ' '])}</p>`
}

function notCounted({ lifecycle }: Summary): View | null {
  const waiting = lifecycle['pending-approval']
  const parts = [
    [waiting, waiting === 1 ? 'waits for approval' : 'wait for approval', 'pending-approval'],
    [lifecycle.conflict, 'in conflict', 'conflict'],
  ] as const
  const links = parts.flatMap(([count, words, word]) =>
    count === 0
      ? []
      : [html`<a href=${withQuery(paths.fleetPage(), `lifecycle:${word}`)}>${countText(count)} ${words}</a>`],
  )
  if (links.length === 0) return null
  return html`<span>Not counted: ${links.flatMap((link, at) => (at === 0 ? [link] : [', ', link]))}.</span>`
}

function unknownExposure({ exposureMissing }: Summary): View | null {
  const count = exposureMissing['public-address'] + exposureMissing.scan
  if (count === 0) return null
  const words = count === 1 ? '1 cannot tell who reaches it' : `${countText(count)} cannot tell who reaches them`
  return html`<span><a href="#exposure-note">${words}</a>.</span>`
}

/** Why some servers cannot tell who reaches them, and what to do about it. Long, and so behind all that is read first. */
export function exposureNote({ exposureMissing }: Summary): View {
  const unmapped = exposureMissing['public-address']
  const unscanned = exposureMissing.scan
  return html`<p
    class="exposure-note"
    id="exposure-note"
    data-region="exposure-note"
    hidden=${unmapped + unscanned === 0}
  >
    ${
      unmapped === 0
        ? null
        : html`${serversText(unmapped)} cannot tell whether a public address leads to ${unmapped === 1 ? 'it' : 'them'}:
            set <code>network</code> in agent.toml there (<code>publicAddresses</code>, <code>behindNat</code>, or${' '}
            <code>publicAddress = "auto"</code> in a cloud). `
    }
    ${
      unscanned === 0
        ? null
        : html`On ${serversText(unscanned)} no scan of the firewall has answered:${' '}
            <code>overdue-agent doctor</code> there says why.`
    }
  </p>`
}

function serversText(count: number): string {
  return count === 1 ? '1 server' : `${countText(count)} servers`
}

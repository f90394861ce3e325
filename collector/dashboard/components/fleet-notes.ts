// Can this page be trusted? When the fleet was last heard, who is not, and whether the collector itself was blind.
import { paths } from '../../../shared/protocol/paths.ts'
import type { BlindReason } from '../../../shared/judgement/blind-notice.ts'
import type { Summary } from '../../views/summary-view.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { withQuery } from './search-form.ts'
import { moment } from './times.ts'

const BLIND_BECAUSE: Record<BlindReason, string> = {
  started: 'it just started',
  paused: 'it was paused',
  'clock-jumped': 'its clock jumped',
  'store-stalled': 'its disk did not answer',
  'many-late': 'many servers fell late together, which looks more like its own network',
}

/** "2 late, 1 silent. Last report 8 s ago": the time stands at the end, where it moves nothing. */
export function freshness(summary: Summary, now: number): View {
  const { late, silent, never, restarting } = summary.reporting
  const parts = [
    [late, 'late'],
    [silent, 'silent'],
    [never, 'never heard'],
    [restarting, 'restarting'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${countText(count)} ${word}`)
  const rest = said.length > 0 ? `${said.join(', ')}.` : summary.total > 0 ? 'Every server is heard.' : ''
  return html`<p class="freshness">${rest} ${lastReport(summary, now)}</p>`
}

function lastReport({ lastReportAt }: Summary, now: number): Content {
  return lastReportAt === null ? 'No report yet.' : html`<span>Last report ${moment(lastReportAt, now, 'ago')}</span>`
}

/** What holds servers back, in one sentence. */
export function fleetNotices({ blind }: Summary): View | null {
  if (blind === null) return null
  return html`<p class="notice">
    The collector could not listen for a while: ${BLIND_BECAUSE[blind.reason]}. Until it has heard everyone again, no
    server is called late or silent because of it.
  </p>`
}

/** "Not counted: 2 wait for approval, 1 in conflict.", each with the way to the list of them; null: everybody counts. */
export function notCounted({ lifecycle }: Summary): View | null {
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
  return html`<p class="not-counted">
    Not counted: ${links.flatMap((link, at) => (at === 0 ? [link] : [', ', link]))}.
  </p>`
}

/** Why some servers cannot tell who reaches them, and what to do about it; null: each can. */
export function exposureNote({ exposureMissing }: Summary): View | null {
  const unmapped = exposureMissing['public-address']
  const unscanned = exposureMissing.scan
  if (unmapped + unscanned === 0) return null
  return html`<p class="exposure-note">
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

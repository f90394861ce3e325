// Can this page be trusted? When the fleet was last heard, who is not, and whether the collector itself was blind.
import type { BlindReason } from '../../../shared/judgement/blind-notice.ts'
import type { Summary } from '../../views/summary-view.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { moment } from './times.ts'

const BLIND_BECAUSE: Record<BlindReason, string> = {
  started: 'it just started',
  paused: 'it was paused',
  'clock-jumped': 'its clock jumped',
  'store-stalled': 'its disk did not answer',
  'many-late': 'many servers fell late together, which looks more like its own network',
}

/** "Last report 8 s ago. 2 late, 1 silent." */
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
  return html`<p class="freshness">${lastReport(summary, now)} ${rest}</p>`
}

function lastReport({ lastReportAt }: Summary, now: number): Content {
  return lastReportAt === null ? 'No report yet.' : html`<span>Last report ${moment(lastReportAt, now, 'ago')}.</span>`
}

/** What holds back or hides servers, one sentence each. */
export function fleetNotices(summary: Summary): View[] {
  const { blind, lifecycle } = summary
  const texts: string[] = []
  if (blind !== null) {
    texts.push(
      `The collector could not listen for a while: ${BLIND_BECAUSE[blind.reason]}. Until it has heard everyone again, ` +
        `no server is called late or silent because of it.`,
    )
  }
  const waiting = lifecycle['pending-approval']
  if (waiting > 0)
    texts.push(`${servers(waiting, 'waits', 'wait')} for approval and ${waiting === 1 ? 'is' : 'are'} not counted.`)
  const conflicts = lifecycle.conflict
  if (conflicts > 0)
    texts.push(
      `${servers(conflicts, 'has', 'have')} two live copies of one credential and ${conflicts === 1 ? 'is' : 'are'} not counted.`,
    )
  return texts.map((text) => html`<p class="notice">${text}</p>`)
}

function servers(count: number, one: string, many: string): string {
  return count === 1 ? `One server ${one}` : `${countText(count)} servers ${many}`
}

// The top of a server's page: name, state, the one sentence, since when and until when.
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { LIFECYCLE_NOTICES, REPORTING_WORDS, SINCE_QUALITY_WORDS, STATE_WORDS } from '../words.ts'
import { applicationHref } from './application-table.ts'
import { facts } from './facts.ts'
import { exposureMark, reasonMarks, stateMark } from './marks.ts'
import { actionButton } from './operator-forms.ts'
import { snoozeNote } from './snooze-note.ts'
import { moment, momentWithUtc } from './times.ts'

/** `formToken`: null for a reader. */
export function verdictPanel(server: ServerDocument, now: number, formToken: string | null): View {
  const notice = LIFECYCLE_NOTICES[server.lifecycle]
  return html`<div class=${`verdict verdict-${server.state}`} data-region="verdict">
    <header>
      <h1>${server.name}</h1>
      ${placeOf(server)}
    </header>
    ${notice === null ? null : html`<p class="notice">${notice}</p>`} ${approval(server, formToken)}
    <p class="verdict-state">${stateMark(server.state)}${reasonMarks(server.reasons)}</p>
    <p class="headline" data-sentence>${server.headline}</p>
    ${lastKnown(server, now)} ${snoozeNote(server.snoozed, now, endSnooze(server, formToken))}
    ${facts([
      ['Since', server.since === null ? null : since(server, now)],
      ['Deadline', server.staleAt === null ? null : momentWithUtc(server.staleAt, now, 'until')],
      ['Exposure', exposureMark(server.exposure)],
      ['Reporting', html`<span class=${`reporting-${server.reporting}`}>${REPORTING_WORDS[server.reporting]}</span>`],
      ['Last report', momentWithUtc(server.lastReportAt, now, 'ago')],
    ])}
  </div>`
}

/** Also ends the conflict of two copies, once one of them has another credential or is gone. */
function approval(server: ServerDocument, formToken: string | null): View | null {
  const isWaiting = server.lifecycle === 'pending-approval' || server.lifecycle === 'conflict'
  return isWaiting && formToken !== null ? actionButton(server, 'approve', 'Approve this server', formToken) : null
}

function endSnooze(server: ServerDocument, formToken: string | null): View | null {
  return formToken === null ? null : actionButton(server, 'end-snooze', 'End the snooze now', formToken)
}

function placeOf({ application, environment }: ServerDocument): View | null {
  if (application === null) return environment === null ? null : html`<p class="place">${environment}</p>`
  const link = html`<a href=${applicationHref(application)}>${application}</a>`
  return html`<p class="place">${link}${environment === null ? null : ` · ${environment}`}</p>`
}

function since(server: ServerDocument, now: number): View {
  return html`<span
    >${momentWithUtc(server.since, now, 'for')}${
      server.sinceQuality === null
        ? null
        : html` <span class="quality">${SINCE_QUALITY_WORDS[server.sinceQuality]}</span>`
    }</span
  >`
}

function lastKnown(server: ServerDocument, now: number): View | null {
  if (server.lastKnown === null) return null
  const { state, at } = server.lastKnown
  return html`<p class="last-known">
    Last known: ${STATE_WORDS[state]}. That may no longer be
    true${at === null ? '.' : html`: it is from ${moment(at, now, 'ago')}`}
  </p>`
}

// That a server is snoozed: said wherever its reasons are, so that nobody takes the quiet for an all-clear.
import { paths } from '../../../shared/protocol/paths.ts'
import type { SnoozeView } from '../../views/operators-view.ts'
import type { Summary } from '../../views/summary-view.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { withQuery } from './search-form.ts'
import { moment, momentWithUtc } from './times.ts'

/** In a row of a list. */
export function snoozeMark(snoozed: SnoozeView | null, now: number): View | null {
  if (snoozed === null) return null
  return html`<span class="snoozed" title=${`${snoozed.by}: ${snoozed.reason}`}
    >Snoozed, ends ${moment(snoozed.until, now, 'until')}</span
  >`
}

/** On the server's own page. `action`: what an operator can do about it. */
export function snoozeNote(snoozed: SnoozeView | null, now: number, action: Content): View | null {
  if (snoozed === null) return null
  return html`<div class="snooze-note">
    <p><b>Snoozed by ${snoozed.by}</b>: <q>${snoozed.reason}</q></p>
    <p>Ends ${momentWithUtc(snoozed.until, now, 'until')}</p>
    <p class="hint">
      Nobody is asked to look until then. It ends before that with the restart, or when a reason comes that it was not
      given for.
    </p>
    ${action}
  </div>`
}

/** How many are missing from "need a person"; null: none. `scope`: a term that narrows what is counted. */
export function snoozedCount({ snoozed }: Summary, scope = ''): View | null {
  if (snoozed === 0) return null
  const href = withQuery(paths.fleetPage(), `${scope} snoozed:yes`.trim())
  return html`<p class="not-counted">
    <a href=${href}>${countText(snoozed)} snoozed</a>, not among those that need a person.
  </p>`
}

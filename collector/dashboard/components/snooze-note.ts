// That a server is snoozed: said wherever its reasons are, so that nobody takes the quiet for an all-clear.
import type { SnoozeView } from '../../views/operators-view.ts'
import { html, type Content, type View } from '../html.ts'
import { moment, momentWithUtc, utcText } from './times.ts'

/** In a row of a list; where reasons leave no room for more it is one word there, and the rest is its title. */
export function snoozeMark(snoozed: SnoozeView | null, now: number): View | null {
  if (snoozed === null) return null
  return html`<span class="snoozed" title=${`Until ${utcText(snoozed.until)}. ${snoozed.by}: ${snoozed.reason}`}
    >Snoozed<span class="snoozed-end">, ends ${moment(snoozed.until, now, 'until')}</span></span
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

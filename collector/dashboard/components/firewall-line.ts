// From what the ports above it were judged: whose rules, and read when.
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { moment } from './times.ts'

/** Null: the agent does not tell, or there is nothing to look at. */
export function firewallLine(
  { firewall, sections }: Pick<ServerDocument, 'firewall' | 'sections'>,
  now: number,
): View | null {
  if (firewall === null) return null
  const { tools, readable, readAt } = firewall
  if (!readable) {
    return html`<p class="ports-note">
      The firewall could not be read: ${sections.exposure?.reason ?? 'no reason given'}.
    </p>`
  }
  const rules = tools === null || tools.length === 0 ? 'no firewall rules there' : `the rules of ${tools.join(', ')}`
  return html`<p class="ports-note">Judged from ${rules}, read ${moment(readAt, now, 'ago')}</p>`
}

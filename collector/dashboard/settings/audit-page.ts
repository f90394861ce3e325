// `/settings/audit`: who did what, when and from where.
import { paths } from '../../../shared/protocol/paths.ts'
import type { toAuditItem } from '../../views/access-view.ts'
import { momentWithUtc } from '../components/times.ts'
import { html, type Content, type View } from '../html.ts'
import type { Shell } from '../layout.ts'
import { settingsPage, settingsTable } from './settings-frame.ts'

type AuditItem = ReturnType<typeof toAuditItem>

export type AuditModel = {
  /** Newest first. */
  items: readonly AuditItem[]
  isNewest: boolean
  /** Where older lines go on; null: there are none. */
  nextBefore: number | null
  /** Names of tokens by actor. */
  names: ReadonlyMap<string, string>
}

export function auditPage(shell: Shell, { items, isNewest, nextBefore, names }: AuditModel): View {
  return settingsPage(shell, {
    title: 'Audit',
    lead: 'What operators and the collector did, newest first. It is kept for ever; audit.log in the data folder holds the same lines, chained so that a change shows.',
    dataUrl: paths.audit(),
    main: html`${settingsTable(
        'Audit',
        ['When', 'Who', 'What', 'On', 'Details'],
        items.map((item) => [
          momentWithUtc(item.at, shell.now, 'ago'),
          who(item.actor, names),
          html`<code>${item.action}</code>`,
          html`<code>${item.subject}</code>`,
          details(item.detail),
        ]),
        'Nothing was done yet.',
      )}
      <nav class="pager" aria-label="Pages" hidden=${isNewest && nextBefore === null}>
        ${isNewest ? html`<span class="none">Newest</span>` : html`<a href=${paths.auditPage()}>Newest</a>`}
        ${nextBefore === null ? html`<span class="none">Older</span>` : html`<a rel="next" href=${`${paths.auditPage()}?before=${nextBefore}`}>Older</a>`}
      </nav>`,
  })
}

function who(actor: string, names: ReadonlyMap<string, string>): Content {
  const name = names.get(actor)
  return name === undefined ? actor : html`${name} <span class="quality">${actor}</span>`
}

/** Short values stand in the line; what is long, such as a whole policy, opens. */
function details(detail: Record<string, unknown>): Content {
  const entries = Object.entries(detail).filter(([, value]) => value !== null)
  if (entries.length === 0) return null
  const text = entries.map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const line = text.join(', ')
  if (line.length <= 120) return html`<span class="raw">${line}</span>`
  return html`<details>
    <summary>${entries.map(([key]) => key).join(', ')}</summary>
    <pre tabindex="0"><code>${JSON.stringify(detail, null, 2)}</code></pre>
  </details>`
}

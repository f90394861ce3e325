// What another policy would change, and the button that does it.
import { paths } from '../../../shared/protocol/paths.ts'
import type { PolicyTable } from '../../../shared/judgement/policy-table.ts'
import type { ChangedServer, PolicyChanges } from '../../policy/preview-policy.ts'
import { reasonMarks, stateMark } from '../components/marks.ts'
import { formTokenInput } from '../forms.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'
import { DRAFT_FIELDS, type PolicyDraft } from './policy-draft.ts'
import { settingsTable } from './settings-frame.ts'

export type PolicyPreview = {
  draft: PolicyDraft
  /** Null: it is the policy in force already. */
  changes: PolicyChanges | null
  after: PolicyTable
}

export function policyPreview({ draft, changes }: PolicyPreview, formToken: string): View {
  const whose = draft.application === null ? 'the fleet' : draft.application
  return html`<section class="preview" aria-labelledby="preview-title">
    <h2 id="preview-title">${changes === null ? 'This is the policy in force already.' : promotionText(changes)}</h2>
    ${
      changes === null
        ? null
        : html`<p>${restText(changes)}</p>
            ${changedTable(changes)}
            <form class="actions" method="post" action=${paths.policyPage()}>
              ${formTokenInput(formToken)} ${draftInputs(draft)}
              <button type="submit" class="primary">Change the policy of ${whose}</button>
              <a href=${paths.policyPage()}>Leave it as it is</a>
            </form>`
    }
  </section>`
}

function promotionText({ promoted, changed, forgotten }: PolicyChanges): string {
  const { added, removed } = promoted
  if (added > 0)
    return `This would promote ${serversText(added)}${removed > 0 ? `, and ${countText(removed)} no longer` : ''}.`
  if (removed > 0) return `This would no longer promote ${serversText(removed)}.`
  return changed + forgotten === 0
    ? 'This would change nothing about any server now.'
    : 'This would promote nobody else.'
}

function restText({ total, changed, promoted, forgotten }: PolicyChanges): string {
  const parts = [
    `${countText(changed)} of ${serversText(total)} would be judged differently; ${countText(promoted.after)} would need a person, now ${countText(promoted.before)}.`,
    forgotten === 0 ? null : `${serversText(forgotten)} would be removed, silent for too long.`,
  ]
  return parts.filter((part) => part !== null).join(' ')
}

function changedTable({ servers, changed }: PolicyChanges): View | null {
  if (servers.length === 0) return null
  return html`<details open=${servers.length <= 10}>
    <summary>${servers.length < changed ? `The first ${countText(servers.length)} of them` : 'Which'}</summary>
    ${settingsTable(
      'Servers judged differently',
      ['Server', 'Application', 'Now', 'Then'],
      servers.map((server) => [
        html`<a href=${paths.serverPage(server.id)}>${server.name}</a>`,
        server.application,
        verdict(server.before),
        verdict(server.after),
      ]),
      '',
    )}
  </details>`
}

function verdict({ state, reasons }: ChangedServer['before']): View {
  return html`<span class="state-line">${stateMark(state)}${reasonMarks(reasons)}</span>`
}

/** The same draft that was previewed, field by field. */
function draftInputs(draft: PolicyDraft): View[] {
  const scope = draft.application === null ? [] : [html`<input type="hidden" name="scope" value="application" />`]
  return [
    ...scope,
    ...DRAFT_FIELDS.map((name) => html`<input type="hidden" name=${name} value=${draft[name] ?? ''} />`),
  ]
}

function serversText(count: number): string {
  return count === 1 ? '1 server' : `${countText(count)} servers`
}

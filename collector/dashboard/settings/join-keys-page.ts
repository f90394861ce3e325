// `/settings/join-keys`: what lets new servers in. A key is shown in the answer that made it, and nowhere else.
import { paths } from '../../../shared/protocol/paths.ts'
import type { JoinKeyState } from '../../access/join-keys.ts'
import type { toJoinKeyItem } from '../../views/access-view.ts'
import { commandBlock } from '../components/command-block.ts'
import { installCommand } from '../components/install-card.ts'
import { moment } from '../components/times.ts'
import { formTokenInput } from '../forms.ts'
import { html, type View } from '../html.ts'
import type { Shell } from '../layout.ts'
import { countText } from '../words.ts'
import type { JoinKeyDraft } from './join-key-draft.ts'
import { revokeButton } from './revoke-button.ts'
import {
  doneNote,
  moreNote,
  shownFirst,
  problemNote,
  secretNote,
  selectField,
  settingsPage,
  settingsTable,
  textField,
} from './settings-frame.ts'

type JoinKeyItem = ReturnType<typeof toJoinKeyItem<JoinKeyState>>

export type JoinKeysModel = {
  keys: readonly JoinKeyItem[]
  formToken: string
  draft: JoinKeyDraft
  problem: string | null
  /** `bundle`: text of the file that an agent is given. */
  made: { id: string; bundle: string; collectorUrl: string } | null
  /** Id of the one that was just revoked. */
  revoked: string | null
}

const STATE_WORDS: Record<JoinKeyState, string> = {
  usable: 'Usable',
  spent: 'Spent',
  expired: 'Expired',
  revoked: 'Revoked',
}

export function joinKeysPage(shell: Shell, { keys, formToken, draft, problem, made, revoked }: JoinKeysModel): View {
  const { shown, more } = shownFirst(keys, ({ state }) => state === 'usable')
  return settingsPage(shell, {
    title: 'Join keys',
    lead: 'A join key lets new servers in and does nothing else. Servers it enrolled stay when it ends.',
    dataUrl: paths.joinKeys(),
    main: html`${doneNote(revoked === null ? null : `Join key ${revoked} is revoked.`)}
      ${made === null ? null : madeNote(made)}
      ${settingsTable(
        'Join keys',
        ['Id', 'State', 'Used', 'Ends', 'Application', 'Lets in', 'Only from', 'Action'],
        shown.map((key) => keyRow(key, formToken, shell.now)),
        'There is no join key. Without one no server can enrol.',
      )}
      ${moreNote(more)}
      <section class="make" aria-labelledby="make-title">
        <h2 id="make-title">Make a join key</h2>
        ${problemNote(problem)}
        <form class="fields" method="post" action=${paths.joinKeysPage()}>
          ${formTokenInput(formToken)}
          ${textField('Servers', 'uses', { value: draft.uses, help: 'How many may enrol with it.', required: true, numeric: true })}
          ${textField('Valid for', 'ttl', { value: draft.ttl, help: '24h, 7d', required: true })}
          ${textField('Application', 'application', { value: draft.application, placeholder: 'shop', help: 'Wins over agent.toml; empty: as the agent says.' })}
          ${textField('Only from', 'cidrs', { value: draft.cidrs, placeholder: '10.0.0.0/8 2001:db8::/32', help: 'Empty: from anywhere.' })}
          ${selectField('Let servers in', 'approve', APPROVE_CHOICES, draft.approve)}
          <label class="check">
            <input type="checkbox" name="ephemeral" value="yes" checked=${draft.isEphemeral} />
            <span>Short-lived machines: remove them after an hour of silence</span>
          </label>
          <button type="submit" class="primary">Make it</button>
        </form>
      </section>`,
  })
}

const APPROVE_CHOICES = [
  ['auto', 'at once'],
  ['pending', 'after an operator approves each'],
] as const

function madeNote({ id, bundle, collectorUrl }: NonNullable<JoinKeysModel['made']>): View {
  return secretNote(
    `Join key ${id}`,
    html`<p>Save this as <code>overdue.join</code> on the server, readable by root alone. It is not shown again.</p>
      ${commandBlock(bundle)}
      <p>Then install there:</p>
      ${commandBlock(installCommand(collectorUrl))}`,
  )
}

function keyRow(key: JoinKeyItem, formToken: string, now: number) {
  const isUsable = key.state === 'usable'
  const ends = key.revokedAt ?? key.expiresAt
  return [
    html`<code>${key.id}</code>`,
    html`<span class=${isUsable ? 'in-use' : 'out-of-use'}>${STATE_WORDS[key.state]}</span>`,
    `${countText(key.uses)} of ${countText(key.usesMax)}`,
    moment(ends, now, key.revokedAt === null && Date.parse(ends ?? '') > now ? 'until' : 'ago'),
    key.application ?? 'as the agent says',
    html`${key.approve === 'auto' ? 'at once' : 'after approval'}${key.ephemeral ? ', short-lived' : null}`,
    key.cidrs.length === 0 ? 'anywhere' : key.cidrs.join(' '),
    isUsable ? revokeButton(paths.joinKeysPage(), formToken, key.id, key.id) : null,
  ]
}

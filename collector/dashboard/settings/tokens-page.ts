// `/settings/tokens`: who may read and operate. A secret is shown in the answer that made it, and nowhere else.
import { paths } from '../../../shared/protocol/paths.ts'
import type { TokenState } from '../../access/tokens.ts'
import type { Role } from '../../store/records.ts'
import type { toTokenItem } from '../../views/access-view.ts'
import { commandBlock } from '../components/command-block.ts'
import { moment } from '../components/times.ts'
import { formTokenInput } from '../forms.ts'
import { html, type View } from '../html.ts'
import type { Shell } from '../layout.ts'
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

/** What stands in the form, right or wrong. */
export type TokenDraft = { role: string; name: string; ttl: string }
type TokenItem = ReturnType<typeof toTokenItem<TokenState>>

export type TokensModel = {
  tokens: readonly TokenItem[]
  /** The token that opened this session. */
  own: string | null
  formToken: string
  draft: TokenDraft
  problem: string | null
  made: { secret: string; name: string; role: Role } | null
  /** Id of the one that was just revoked. */
  revoked: string | null
}

const STATE_WORDS: Record<TokenState, string> = { valid: 'Valid', expired: 'Expired', revoked: 'Revoked' }

export function tokensPage(shell: Shell, model: TokensModel): View {
  const { tokens, formToken, draft, problem, made, revoked } = model
  const { shown, more } = shownFirst(tokens, ({ state }) => state === 'valid')
  return settingsPage(shell, {
    title: 'Tokens',
    lead: 'A token signs a person in here and a program in at the API. Revoking it ends every session it opened.',
    dataUrl: paths.tokens(),
    main: html`${doneNote(revoked === null ? null : `Token ${revoked} is revoked.`)}
      ${
        made === null
          ? null
          : secretNote(
              `Token "${made.name}" (${made.role})`,
              html`<p>Copy it now: it is not shown again.</p>
                ${commandBlock(made.secret)}`,
            )
      }
      ${settingsTable(
        'Tokens',
        ['Name', 'Role', 'State', 'Made', 'Ends', 'Id', 'Action'],
        shown.map((token) => tokenRow(token, model, shell.now)),
        'There is no token.',
      )}
      ${moreNote(more)}
      <section class="make" aria-labelledby="make-title">
        <h2 id="make-title">Make a token</h2>
        ${problemNote(problem)}
        <form class="fields" method="post" action=${paths.tokensPage()}>
          ${formTokenInput(formToken)}
          ${textField('Name', 'name', { value: draft.name, placeholder: 'wall screen', help: 'Who or what it is for.' })}
          ${selectField('Role', 'role', ROLE_CHOICES, draft.role, 'Operators set the policy, make join keys, forget servers.')}
          ${textField('Valid for', 'ttl', { value: draft.ttl, placeholder: '30d', help: '24h, 30d; empty: until it is revoked.' })}
          <button type="submit" class="primary">Make it</button>
        </form>
      </section>`,
  })
}

const ROLE_CHOICES = [
  ['reader', 'reader: sees everything'],
  ['operator', 'operator: changes things'],
  ['admin', 'admin: makes tokens'],
] as const

function tokenRow(token: TokenItem, { own, formToken }: TokensModel, now: number) {
  const isValid = token.state === 'valid'
  return [
    html`${token.name}${token.id === own ? html` <span class="quality">this session</span>` : null}`,
    token.role,
    html`<span class=${isValid ? 'in-use' : 'out-of-use'}>${STATE_WORDS[token.state]}</span>`,
    moment(token.createdAt, now, 'ago'),
    token.revokedAt !== null
      ? moment(token.revokedAt, now, 'ago')
      : token.expiresAt === null
        ? 'when revoked'
        : moment(token.expiresAt, now, isValid ? 'until' : 'ago'),
    html`<code>${token.id}</code>`,
    isValid ? revokeButton(paths.tokensPage(), formToken, token.id, token.name) : null,
  ]
}

// GET and POST /settings/tokens: for admins, since a token makes others.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { NAME_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { parseDuration } from '../../../shared/judgement/parse-policy.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { createToken, revokeToken, ROLES, stateOfToken, TOKEN_TTL_MS_MAX, type TokenWish } from '../../access/tokens.ts'
import { byOf } from '../../api/actor.ts'
import { toTokenItem } from '../../views/access-view.ts'
import { fieldOf, formOf, formTokenOf, goTo, requireForm, requirePageRole, takeForms } from '../forms.ts'
import { parameterOf, type PageKit } from '../page-kit.ts'
import { sendPage } from '../send-page.ts'
import { tokensPage, type TokenDraft, type TokensModel } from './tokens-page.ts'

const NEW: TokenDraft = { role: 'reader', name: '', ttl: '' }

export function tokensRoutes({ ctx, shellOf }: PageKit): FastifyPluginCallback {
  const show = (request: FastifyRequest, reply: FastifyReply, status: number, changes: Partial<TokensModel>) => {
    const shell = shellOf(request)
    const tokens = ctx.store.tokens().map((token) => toTokenItem(token, stateOfToken(token, shell.now)))
    const own = request.token?.id ?? null
    const model = {
      tokens,
      own,
      formToken: formTokenOf(ctx, request),
      draft: NEW,
      problem: null,
      made: null,
      revoked: null,
    }
    return sendPage(reply, status, tokensPage(shell, { ...model, ...changes }))
  }
  return (app, _options, done) => {
    takeForms(app)

    app.get(paths.tokensPage(), requirePageRole(ctx, 'admin'), (request, reply) =>
      show(request, reply, 200, { revoked: parameterOf(request, 'revoked') || null }),
    )

    app.post(paths.tokensPage(), requireForm(ctx, 'admin'), (request, reply) => {
      const form = formOf(request)
      if (form.get('action') === 'revoke') {
        const id = fieldOf(form, 'id') ?? ''
        const isDone = revokeToken(ctx.store, id, byOf(ctx, request))
        return goTo(reply, isDone ? `${paths.tokensPage()}?revoked=${encodeURIComponent(id)}` : paths.tokensPage())
      }
      const draft = { role: form.get('role') ?? '', name: fieldOf(form, 'name') ?? '', ttl: fieldOf(form, 'ttl') ?? '' }
      const wish = readWish(draft)
      if ('problem' in wish) return show(request, reply, 422, { draft, problem: wish.problem })
      const { token, secret } = createToken(ctx.store, wish, byOf(ctx, request))
      return show(request, reply, 200, { made: { secret, name: token.name, role: token.role } })
    })
    done()
  }
}

function readWish({ role: roleText, name, ttl }: TokenDraft): TokenWish | { problem: string } {
  const role = ROLES.find((known) => known === roleText)
  if (role === undefined) return { problem: `Choose one of the roles ${ROLES.join(', ')}.` }
  if (name.length > NAME_LENGTH_MAX) return { problem: `A name has at most ${NAME_LENGTH_MAX} characters.` }
  const ttlMs = ttl === '' ? null : parseDuration(ttl)
  const isFine = ttl === '' || (ttlMs !== null && ttlMs > 0 && ttlMs <= TOKEN_TTL_MS_MAX)
  if (!isFine)
    return {
      problem: `"${ttl}" is no time it can be valid for: write 24h or 30d, at most ${TOKEN_TTL_MS_MAX / 86_400_000}d, or leave it empty.`,
    }
  return { role, name: name === '' ? role : name, ttlMs }
}

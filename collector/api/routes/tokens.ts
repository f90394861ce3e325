// GET and POST /api/v1/tokens, DELETE /api/v1/tokens/{id}: who may read and operate. For admins: a token makes others.
import { parseDuration } from '../../../shared/judgement/parse-policy.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { createToken, revokeToken, stateOfToken, TOKEN_TTL_MS_MAX } from '../../access/tokens.ts'
import type { CollectorContext } from '../../context.ts'
import { toTokenItem } from '../../views/access-view.ts'
import { byOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { routePattern } from '../route-pattern.ts'
import { idParameter, revoked, tokenBody, tokenList, tokenMade } from '../schemas/access.ts'

const querystring = NO_PARAMETERS

export function getTokens(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.tokens(),
    schema: { summary: 'List API tokens, without their secrets', querystring, response: { 200: tokenList } },
    onRequest: requireRole(ctx, 'admin'),
    handler: async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      const now = ctx.clock.now()
      const items = ctx.store.tokens().map((token) => toTokenItem(token, stateOfToken(token, now)))
      return { items, nextCursor: null, total: items.length }
    },
  })
}

export function postToken(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'POST',
    url: paths.tokens(),
    schema: {
      summary: 'Make an API token; its secret is shown this once',
      querystring,
      body: tokenBody,
      response: { 200: tokenMade },
    },
    onRequest: requireRole(ctx, 'admin'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const { role, name = role, ttl } = request.body
      const ttlMs = ttl === undefined ? null : readTtl(ttl, TOKEN_TTL_MS_MAX)
      const { token, secret } = createToken(ctx.store, { role, name, ttlMs }, byOf(ctx, request))
      return { ...toTokenItem(token, 'valid' as const), token: secret }
    },
  })
}

export function deleteToken(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'DELETE',
    url: routePattern(paths.token),
    schema: {
      summary: 'Revoke an API token with every session it opened',
      params: idParameter,
      querystring,
      response: { 200: revoked },
    },
    onRequest: requireRole(ctx, 'admin'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const { id } = request.params
      if (!revokeToken(ctx.store, id, byOf(ctx, request))) {
        throw new ProblemError('not-found', { detail: 'No token with this id is there to revoke.' })
      }
      return { id, revoked: true as const }
    },
  })
}

/** ms. Throws a 422 problem that names the field. */
export function readTtl(text: string, msMax: number): number {
  const ms = parseDuration(text)
  if (ms !== null && ms > 0 && ms <= msMax) return ms
  const detail = `must be a duration such as 30m, 24h or 7d, at most ${msMax / 86_400_000}d`
  throw new ProblemError('invalid-body', { errors: [{ pointer: '#/ttl', detail }] })
}

// GET and POST /api/v1/join-keys, DELETE /api/v1/join-keys/{id}: what lets new servers in.
import { paths } from '../../../shared/protocol/paths.ts'
import { isCidr } from '../../commands/cidr.ts'
import {
  JOIN_KEY_TTL_MS_DEFAULT,
  JOIN_KEY_TTL_MS_MAX,
  JOIN_KEY_USES_DEFAULT,
  prepareJoinKey,
  revokeJoinKey,
  stateOfJoinKey,
} from '../../access/join-keys.ts'
import type { CollectorContext } from '../../context.ts'
import { toJoinKeyItem } from '../../views/access-view.ts'
import { byOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { routePattern } from '../route-pattern.ts'
import { idParameter, joinKeyBody, joinKeyList, joinKeyMade, revoked } from '../schemas/access.ts'
import { readTtl } from './tokens.ts'

const querystring = NO_PARAMETERS

export function getJoinKeys(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.joinKeys(),
    schema: { summary: 'List join keys, without their secrets', querystring, response: { 200: joinKeyList } },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      const now = ctx.clock.now()
      const items = ctx.store.joinKeys().map((key) => toJoinKeyItem(key, stateOfJoinKey(key, now)))
      return { items, nextCursor: null, total: items.length }
    },
  })
}

export function postJoinKey(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'POST',
    url: paths.joinKeys(),
    schema: {
      summary: 'Make a join key; its secret is shown this once',
      querystring,
      body: joinKeyBody,
      response: { 200: joinKeyMade },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const { uses = JOIN_KEY_USES_DEFAULT, ttl, cidrs = [], application = null } = request.body
      const { approve = 'auto', ephemeral = false } = request.body
      requireCidrs(cidrs)
      const ttlMs = ttl === undefined ? JOIN_KEY_TTL_MS_DEFAULT : readTtl(ttl, JOIN_KEY_TTL_MS_MAX)
      const wish = { usesMax: uses, ttlMs, cidrs, application, approve, ephemeral }
      const { key, secret, save } = prepareJoinKey(ctx.store, wish, byOf(ctx, request))
      save()
      return { ...toJoinKeyItem(key, 'usable' as const), joinKey: secret }
    },
  })
}

export function deleteJoinKey(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'DELETE',
    url: routePattern(paths.joinKey),
    schema: {
      summary: 'Revoke a join key; servers it enrolled stay',
      params: idParameter,
      querystring,
      response: { 200: revoked },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const { id } = request.params
      if (!revokeJoinKey(ctx.store, id, byOf(ctx, request))) {
        throw new ProblemError('not-found', { detail: 'No join key with this id is there to revoke.' })
      }
      return { id, revoked: true as const }
    },
  })
}

function requireCidrs(cidrs: readonly string[]): void {
  const errors = cidrs.flatMap((cidr, index) =>
    isCidr(cidr)
      ? []
      : [{ pointer: `#/cidrs/${index}`, detail: 'must be a block such as 10.0.0.0/8 or 2001:db8::/32' }],
  )
  if (errors.length > 0) throw new ProblemError('invalid-body', { errors })
}

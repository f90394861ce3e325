// GET /api/v1/summary: the fleet, or what a query selects of it, in one sentence and a few counts.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import { findServers } from '../../changes/find-servers.ts'
import { Subset } from '../../changes/subset.ts'
import type { CollectorContext } from '../../context.ts'
import { toSummary, type Fleet } from '../../views/summary-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { summary } from '../schemas/summary.ts'
import { readSearch, SEARCH_PARAMETER } from '../search-parameter.ts'
import { answerUnchanged } from '../unchanged.ts'

export function getSummary(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.summary(),
    schema: {
      summary: 'The fleet in one sentence and a few counts',
      querystring: Type.Object(SEARCH_PARAMETER),
      response: { 200: summary },
    },
    onRequest: requireRole(ctx, 'reader'),
    preHandler: answerUnchanged(ctx),
    handler: async ({ query: { q } }) => {
      const now = ctx.clock.now()
      return toSummary(selectedFleet(ctx, q, now), ctx.blind.notice(), now, ctx.store.isDemo)
    },
  })
}

/** Without a query the projection itself: it has its counts at hand. */
function selectedFleet({ projection }: CollectorContext, q: string | undefined, now: number): Fleet {
  const query = readSearch(q)
  if (query.length === 0) return projection
  return new Subset(findServers(projection, query, now), (id) => projection.lastContactAt(id))
}

// GET /api/v1/summary: the fleet in one sentence and a few counts.
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { toSummary } from '../../views/summary-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { requireKnownParameters, type Query } from '../query.ts'
import { summary } from '../schemas/summary.ts'

export function getSummary(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.summary(),
    schema: { response: { 200: summary } },
    onRequest: requireRole(ctx, 'reader'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      requireKnownParameters(request.query as Query, [])
      return toSummary(ctx.projection, ctx.blind.notice(), ctx.clock.now())
    },
  })
}

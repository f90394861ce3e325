// GET /api/v1/servers/{id}: all that is known of one server, with the evidence behind the verdict.
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { documentOf } from '../../document-of.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { routePattern } from '../route-pattern.ts'
import { serverDocument, serverParameters } from '../schemas/server.ts'

export function getServer(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: routePattern(paths.server),
    schema: {
      summary: 'All that is known of one server, with the evidence',
      params: serverParameters,
      querystring: NO_PARAMETERS,
      response: { 200: serverDocument },
    },
    onRequest: requireRole(ctx, 'reader'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const record = ctx.projection.get(request.params.id)
      if (record === null) throw new ProblemError('not-found', { detail: 'No server has this id.' })
      return documentOf(ctx, record, ctx.clock.now())
    },
  })
}

// DELETE /api/v1/servers/{id}: a server that is gone. Its history stays; its agent is told 410 and stops.
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { removeServer } from '../../ingest/remove-server.ts'
import { byOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { routePattern } from '../route-pattern.ts'
import { serverParameters, serverRemoved } from '../schemas/server.ts'

export function deleteServer(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'DELETE',
    url: routePattern(paths.server),
    schema: {
      summary: 'Remove a server and revoke its credential',
      params: serverParameters,
      querystring: NO_PARAMETERS,
      response: { 200: serverRemoved },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const { id } = request.params
      const by = { ...byOf(ctx, request), cause: 'operator' } as const
      await ctx.store.transact((tx) => {
        if (tx.server(id) === null) throw new ProblemError('not-found', { detail: 'No server has this id.' })
        removeServer(tx, id, by)
      })
      return { id, lifecycle: 'removed' as const }
    },
  })
}

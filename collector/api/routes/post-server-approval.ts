// POST /api/v1/servers/{id}/approve: an operator lets a server in, or ends the conflict of two copies.
import { paths } from '../../../shared/protocol/paths.ts'
import { approveServer } from '../../actions/approve-server.ts'
import type { CollectorContext } from '../../context.ts'
import { documentOf } from '../../document-of.ts'
import { operatorOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { routePattern } from '../route-pattern.ts'
import { serverDocument, serverParameters } from '../schemas/server.ts'

export function postServerApproval(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'POST',
    url: routePattern(paths.serverApproval),
    schema: {
      summary: 'Let a server in that waits for approval, or end the conflict of two copies',
      params: serverParameters,
      response: { 200: serverDocument },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const record = await approveServer(ctx, request.params.id, operatorOf(ctx, request))
      if (record === null) throw new ProblemError('not-found', { detail: 'No server has this id.' })
      return documentOf(ctx, record, ctx.clock.now())
    },
  })
}

// POST /api/v1/servers/{id}/approve: an operator lets a server in that enrolled with an `--approve pending` key.
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { judgeRecord } from '../../ingest/judge-record.ts'
import type { ServerRecord } from '../../store/records.ts'
import { toServerDocument } from '../../views/server-view.ts'
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
      summary: 'Let a server in that waits for approval',
      params: serverParameters,
      response: { 200: serverDocument },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const record = await approve(ctx, request.params.id, `token:${request.token?.id ?? ''}`)
      if (record === null) throw new ProblemError('not-found', { detail: 'No server has this id.' })
      const listeners = ctx.store.storedValue(record.id, 'listeners')
      return toServerDocument(record, ctx.projection.lastContactAt(record.id), ctx.clock.now(), listeners)
    },
  })
}

/** Does nothing to a server that is not waiting: approving twice is no error. Null when there is no such server. */
function approve(ctx: CollectorContext, id: string, actor: string): Promise<ServerRecord | null> {
  const at = ctx.clock.now()
  const policy = ctx.policy()
  return ctx.store.transact((tx) => {
    const record = tx.server(id)
    if (record === null || record.lifecycle === 'removed') return null
    if (record.lifecycle !== 'pending-approval') return record
    // Its history begins now: what it reported while it waited was nobody's news.
    const contactAt = ctx.projection.lastContactAt(id)
    const { record: approved, events } = judgeRecord({ ...record, lifecycle: 'active' }, contactAt, policy, at, null)
    tx.putServer(approved, [{ type: 'approved', cause: null, data: { actor } }, ...events], at)
    tx.appendAudit({ at, actor, action: 'server.approve', subject: id, detail: {} })
    return tx.server(id)
  })
}

// POST /api/v1/servers/{id}/approve: an operator lets a server in that enrolled with an `--approve pending` key, or that
// was in conflict: one of two live copies has another credential now, or is gone.
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { NEVER_ACCEPTED } from '../../ingest/accept.ts'
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
      summary: 'Let a server in that waits for approval, or end the conflict of two copies',
      params: serverParameters,
      response: { 200: serverDocument },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const record = await approve(ctx, request.params.id, `token:${request.token?.id ?? ''}`)
      if (record === null) throw new ProblemError('not-found', { detail: 'No server has this id.' })
      const listeners = ctx.store.storedValue(record.id, 'listeners')
      const processes = ctx.store.storedValue(record.id, 'processes')
      return toServerDocument(record, ctx.projection.lastContactAt(record.id), ctx.clock.now(), listeners, processes)
    },
  })
}

/** Does nothing to an active server: approving twice is no error. Null when there is no such server. */
function approve(ctx: CollectorContext, id: string, actor: string): Promise<ServerRecord | null> {
  const at = ctx.clock.now()
  const policy = ctx.policy()
  return ctx.store.transact((tx) => {
    const record = tx.server(id)
    if (record === null || record.lifecycle === 'removed') return null
    if (record.lifecycle === 'active') return record
    const contactAt = ctx.projection.lastContactAt(id)
    const { record: approved, events } = judgeRecord(letIn(record, at), contactAt, policy, at, knownBefore(record))
    tx.putServer(approved, [{ type: 'approved', cause: null, data: { actor } }, ...events], at)
    tx.appendAudit({ at, actor, action: 'server.approve', subject: id, detail: { was: record.lifecycle } })
    return tx.server(id)
  })
}

/** After a conflict nothing known of either copy counts: whoever reports next brings everything and is believed. */
function letIn(record: ServerRecord, at: number): ServerRecord {
  const acceptance = record.lifecycle === 'conflict' ? NEVER_ACCEPTED : record.acceptance
  return { ...record, lifecycle: 'active', approvedAt: at, acceptance }
}

/** What a server reported while it waited was nobody's news: its history begins now. One in conflict has a history. */
function knownBefore(record: ServerRecord): ServerRecord | null {
  return record.lifecycle === 'conflict' ? record : null
}

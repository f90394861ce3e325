// An operator lets a server in that enrolled with an `--approve pending` key, or that was in conflict: one of two live
// copies has another credential now, or is gone. The same for HTTP and pages.
import { NEVER_ACCEPTED } from '../ingest/accept.ts'
import { judgeRecord } from '../ingest/judge-record.ts'
import type { ServerRecord } from '../store/records.ts'
import { contactOf, type ActionContext, type Operator } from './change-server.ts'

/** Does nothing to an active server: approving twice is no error. Null when there is no such server. */
export function approveServer(ctx: ActionContext, id: string, by: Operator): Promise<ServerRecord | null> {
  const { at, actor } = by
  const policy = ctx.policy()
  return ctx.store.transact((tx) => {
    const record = tx.server(id)
    if (record === null || record.lifecycle === 'removed') return null
    if (record.lifecycle === 'active') return record
    const contactAt = contactOf(ctx, record, at)
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

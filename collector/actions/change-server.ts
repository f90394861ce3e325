// What an operator does to one server: the record changes, is judged again at once, and history and audit say who did it,
// all in one transaction. The same for HTTP and pages.
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { CollectorContext } from '../context.ts'
import { withPorts } from '../ingest/exposure-events.ts'
import { judgeRecord } from '../ingest/judge-record.ts'
import { declaredRows } from '../ingest/operators-say.ts'
import { listenersOf, type ServerRecord, type TokenRecord } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'

export type ActionContext = Pick<CollectorContext, 'store' | 'projection' | 'policy' | 'blind' | 'polls'>

/** `actor`, `from`: as the audit keeps them. `name`: as people know who does it. `at`: epoch ms. */
export type Operator = { at: number; actor: string; name: string; from: string | null }

export type ServerChange = {
  record: ServerRecord
  event: HistoryEvent
  /** e.g. "server.snooze". */
  action: string
  detail: Record<string, unknown>
}

/** `change` answers null where there is nothing to do. Resolves with the record as it is then; null: nothing was done. */
export function changeServer(
  ctx: ActionContext,
  id: string,
  { at, actor, from }: Operator,
  change: (record: ServerRecord, tx: Transaction) => ServerChange | null,
): Promise<ServerRecord | null> {
  const policy = ctx.policy()
  return ctx.store.transact((tx) => {
    const before = tx.server(id)
    const made = before === null ? null : change(before, tx)
    if (before === null || made === null) return null
    const { record, events } = judgeRecord(made.record, contactOf(ctx, before, at), policy, at, before)
    tx.putServer(record, [made.event, ...withPorts(events, listenersOf(before), rowsOf(tx, record))], at)
    tx.appendAudit({ at, actor, action: made.action, subject: id, detail: { ...made.detail, from } })
    return tx.server(id)
  })
}

function rowsOf(tx: Transaction, record: ServerRecord): ListenersSection {
  return declaredRows(record, tx.storedValue(record.id, 'listeners') ?? [])
}

/** An event of an operator's doing. */
export function operatorEvent(
  type: HistoryEvent['type'],
  { name, actor }: Operator,
  data: Record<string, unknown> = {},
): HistoryEvent {
  return { type, cause: null, data: { ...data, by: name, actor } }
}

const PERSON_LENGTH_MAX = 64

/** Tokens have names that people gave them; the first one of a collector may have none. */
export function personOf(token: Pick<TokenRecord, 'id' | 'name'> | null | undefined): string {
  return (token?.name.trim() || `token ${token?.id ?? ''}`).slice(0, PERSON_LENGTH_MAX)
}

/** As the sweep counts it: whose poll is parked is there, and what came before the collector began to look may be missed. */
export function contactOf(
  { blind, polls, projection }: ActionContext,
  { id, heartbeatMs, verdict }: ServerRecord,
  now: number,
): number | null {
  const lastContactAt = polls.isParked(id) ? now : projection.lastContactAt(id)
  return blind.contactFor({ reporting: verdict.reporting, heartbeatMs, lastContactAt })
}

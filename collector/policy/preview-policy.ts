// What another policy would change, found by judging every server with it and writing nothing.
import type { Policy } from '../../shared/judgement/policy.ts'
import { PROMOTION_REASONS, type PromotionReason, type Verdict } from '../../shared/judgement/verdict.ts'
import type { CollectorContext } from '../context.ts'
import { judgeRecord } from '../ingest/judge-record.ts'
import { applicationOf, nameOf, type ServerRecord } from '../store/records.ts'
import { forgottenAt } from '../sweep/forgetting.ts'

const SERVERS_SHOWN_MAX = 100
/** Judged in one turn of the event loop, then everybody else has one. */
const TURN_MS = 10

type Counted = { before: number; after: number }
type Told = Pick<Verdict, 'state' | 'promoted' | 'reasons'>

export type ChangedServer = {
  id: string
  name: string
  application: string | null
  before: Told
  after: Told
}

export type PolicyChanges = {
  /** Active servers that were judged. */
  total: number
  /** Those whose state, promotion or reasons become others. */
  changed: number
  promoted: Counted & { added: number; removed: number }
  reasons: Record<PromotionReason, Counted>
  /** Silent for longer than the new policy allows: they would be removed. */
  forgotten: number
  /** At most 100: newly promoted first, then those that are promoted no more, then the rest. */
  servers: ChangedServer[]
}

export type PreviewContext = Pick<CollectorContext, 'projection' | 'blind' | 'clock'>

/** Lets others have their turn while it goes through a large fleet. */
export async function previewPolicy(ctx: PreviewContext, policy: Policy): Promise<PolicyChanges> {
  const found: ChangedServer[] = []
  const changes = noChanges()
  let turnEndsMs = ctx.clock.monotonicMs() + TURN_MS
  for (const record of ctx.projection.inOrder()) {
    if (ctx.clock.monotonicMs() > turnEndsMs) {
      await new Promise((resolve) => setImmediate(resolve))
      turnEndsMs = ctx.clock.monotonicMs() + TURN_MS
    }
    const server = compare(ctx, record, policy)
    count(changes, server)
    if (isForgotten(ctx, record, policy)) changes.forgotten += 1
    if (isChanged(server)) found.push(server)
  }
  const rank = ({ before, after }: ChangedServer) => (before.promoted === after.promoted ? 2 : after.promoted ? 0 : 1)
  const servers = found.toSorted((a, b) => rank(a) - rank(b)).slice(0, SERVERS_SHOWN_MAX)
  return { ...changes, changed: found.length, servers }
}

function compare(ctx: PreviewContext, record: ServerRecord, policy: Policy): ChangedServer {
  const { verdict, heartbeatMs, id } = record
  const lastContactAt = ctx.projection.lastContactAt(id)
  const contactAt = ctx.blind.contactFor({ reporting: verdict.reporting, heartbeatMs, lastContactAt })
  const after = judgeRecord(record, contactAt, policy, ctx.clock.now()).record.verdict
  return { id, name: nameOf(record), application: applicationOf(record), before: told(verdict), after: told(after) }
}

function told({ state, promoted, reasons }: Verdict): Told {
  return { state, promoted, reasons }
}

function count(changes: PolicyChanges, { before, after }: ChangedServer): void {
  const { promoted, reasons } = changes
  changes.total += 1
  if (before.promoted) promoted.before += 1
  if (after.promoted) promoted.after += 1
  if (after.promoted && !before.promoted) promoted.added += 1
  if (before.promoted && !after.promoted) promoted.removed += 1
  // Reasons of a snoozed server promote nobody.
  if (before.promoted) for (const reason of before.reasons) reasons[reason].before += 1
  if (after.promoted) for (const reason of after.reasons) reasons[reason].after += 1
}

function isChanged({ before, after }: ChangedServer): boolean {
  return (
    before.state !== after.state || before.promoted !== after.promoted || before.reasons.join() !== after.reasons.join()
  )
}

function isForgotten(ctx: PreviewContext, record: ServerRecord, policy: Policy): boolean {
  const at = forgottenAt(record, ctx.projection.lastContactAt(record.id), policy)
  return at !== null && ctx.clock.now() > at
}

function noChanges(): PolicyChanges {
  const reasons = Object.fromEntries(PROMOTION_REASONS.map((reason) => [reason, { before: 0, after: 0 }]))
  return {
    total: 0,
    changed: 0,
    promoted: { before: 0, after: 0, added: 0, removed: 0 },
    reasons: reasons as Record<PromotionReason, Counted>,
    forgotten: 0,
    servers: [],
  }
}

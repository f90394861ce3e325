// A report becomes a stored change.
//
// Theory of operation. A report is the whole truth of a host at one time; the credential it came with has already said
// which server it is. Inside one transaction, whose commit is synced before anybody is answered:
// 1. Accept (accept.ts). Newer than what was heard? A copy's? Replays and late arrivals end here and change nothing.
// 2. Merge (merge-sections.ts). Sections that came whole are checked against their digests and taken over; the ones we
//    miss are asked for in the answer, so that loss of any kind heals by the next exchange.
// 3. Boot (convert-moments.ts). Another boot starts its record afresh.
// 4. Moments (convert-moments.ts). What the host dates by its uptime becomes our time, once.
// 5. Judge (judge-record.ts). The verdict, and what history says about the difference.
// 6. Write, if anything says something new: the record, its change, its events, and large values in rows of their own.
// A heartbeat is the same with nothing to merge. As a rule nothing comes of it but the contact, which is kept in memory,
// and it never touches the disk.
import type { Policy } from '../../shared/judgement/policy.ts'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { Report, ReportReply } from '../../shared/protocol/report.ts'
import type { ComponentsSection } from '../../shared/sections/components.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import type { Projection } from '../changes/projection.ts'
import type { ServerRecord } from '../store/records.ts'
import type { Store, Transaction } from '../store/store.ts'
import { type Applied, applyReport, type ReportOutcome } from './apply-report.ts'
import { componentEvents } from './component-changes.ts'
import type { ExploitedIds } from './match-exploited.ts'
import { packageEvents, type PackageRuns } from './package-changes.ts'

export type IngestContext = {
  store: Pick<Store, 'transact' | 'epoch'>
  projection: Projection
  policy(): Policy
  /** Absent: the collector was given no list. */
  exploited?: { ids(): ExploitedIds }
}

export type IngestOutcome = { kind: 'accepted'; reply: ReportReply } | Exclude<ReportOutcome, { kind: 'accepted' }>

const UNKNOWN_SERVER: Applied = { outcome: { kind: 'revoked' }, write: null, isNewest: false }

/** `receivedAt`: epoch ms of the collector's clock. Rejects only when the store does. */
export async function ingestReport(
  ctx: IngestContext,
  serverId: string,
  report: Report,
  receivedAt: number,
): Promise<IngestOutcome> {
  const applied =
    answerWithoutWriting(ctx, serverId, report, receivedAt) ?? (await applyInStore(ctx, serverId, report, receivedAt))
  const { outcome, isNewest } = applied
  if (outcome.kind !== 'accepted') return outcome
  const { instance, seq, root } = report
  ctx.projection.touch(serverId, receivedAt, isNewest ? { instance, seq, root } : undefined)
  const { want, nextInMs } = outcome
  return { kind: 'accepted', reply: { seq, epoch: ctx.store.epoch, want: [...want], nextInMs } }
}

/** Null when there is something to write, or most likely is. */
function answerWithoutWriting(ctx: IngestContext, serverId: string, report: Report, now: number): Applied | null {
  if (report.sections !== undefined) return null
  const record = ctx.projection.get(serverId)
  if (record === null) return null
  const applied = applyReport(record, ctx.projection.streamHead(serverId), report, ctx.policy(), now)
  return applied.write === null ? applied : null
}

function applyInStore(ctx: IngestContext, serverId: string, report: Report, now: number): Promise<Applied> {
  const policy = ctx.policy()
  return ctx.store.transact((tx) => {
    const record = tx.server(serverId)
    if (record === null) return UNKNOWN_SERVER
    const head = ctx.projection.streamHead(serverId)
    const applied = applyReport(record, head, report, policy, now, ctx.exploited?.ids())
    if (applied.write !== null) write(tx, applied.write, now)
    return applied
  })
}

/** Reads before it writes: a unit of work that fails before its first write fails alone. */
function write(tx: Transaction, { record, events, values }: NonNullable<Applied['write']>, now: number): void {
  const { listeners, packages, processes, updates, components } = values
  const before = packages === undefined ? null : tx.storedValue(record.id, 'packages')
  // The first list of a server is what it has, not what changed.
  const changed =
    packages === undefined || before === null ? [] : packageEvents(before, packages, runsOf(tx, record, updates))
  const others = components === undefined ? [] : componentsChanged(tx, record, components)
  tx.putServer(record, record.lifecycle === 'active' ? [...events, ...changed, ...others] : events, now)
  if (listeners !== undefined) tx.putStoredValue(record.id, 'listeners', listeners)
  if (packages !== undefined) tx.putStoredValue(record.id, 'packages', packages)
  if (processes !== undefined) tx.putStoredValue(record.id, 'processes', processes)
  if (updates !== undefined) tx.putStoredValue(record.id, 'updates', updates)
  if (components !== undefined) tx.putStoredValue(record.id, 'components', components)
}

/** The first list of a server is what it has, not what changed. */
function componentsChanged(tx: Transaction, { id }: ServerRecord, after: ComponentsSection): HistoryEvent[] {
  const before = tx.storedValue(id, 'components')
  return before === null ? [] : componentEvents(before, after)
}

/** Who changed packages comes with the list of them as a rule, and may have come before it. */
function runsOf(tx: Transaction, { id, boot }: ServerRecord, told: UpdatesSection | undefined): PackageRuns {
  return { runs: (told ?? tx.storedValue(id, 'updates'))?.runs ?? [], boot }
}

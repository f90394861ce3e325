// Snoozing servers, and ending that early: the same for HTTP and pages.
import { canBeSnoozed, coveredBy, SNOOZE_MS_MAX, type Snooze } from '../../shared/judgement/snooze.ts'
import { snoozeEnded } from '../ingest/operators-say.ts'
import type { ServerRecord } from '../store/records.ts'
import { changeServer, operatorEvent, type ActionContext, type Operator } from './change-server.ts'

export const SNOOZE_REASON_LENGTH_MAX = 200
/** Of one request: more is a policy, not a decision about servers. */
export const SNOOZED_AT_ONCE_MAX = 1_000

/** `until`: epoch ms. */
export type SnoozeWish = { until: number; reason: string }

/** Null: it needs nobody now, or is not counted. A snooze before it is replaced. */
export function snoozeServer(
  ctx: ActionContext,
  id: string,
  { until, reason }: SnoozeWish,
  by: Operator,
): Promise<ServerRecord | null> {
  return changeServer(ctx, id, by, (record) => {
    if (record.lifecycle !== 'active' || !canBeSnoozed(record.verdict)) return null
    const snooze: Snooze = { until, reason, by: by.name, at: by.at, covers: coveredBy(record.verdict) }
    const told = { until: new Date(until).toISOString(), reason }
    return {
      record: { ...record, snooze },
      event: operatorEvent('snoozed', by, told),
      action: 'server.snooze',
      detail: told,
    }
  })
}

/** Null: it is not snoozed. */
export function endSnooze(ctx: ActionContext, id: string, by: Operator): Promise<ServerRecord | null> {
  return changeServer(ctx, id, by, (record) => {
    const { snooze } = record
    if (snooze === undefined || snooze === null) return null
    return {
      record: { ...record, snooze: null },
      event: snoozeEnded(snooze, 'operator', by.actor),
      action: 'server.end-snooze',
      detail: { reason: snooze.reason },
    }
  })
}

/** What is wrong with the end of a snooze, as a sentence begun with its field's name; null: nothing. */
export function untilProblem(until: number, now: number, msMax = SNOOZE_MS_MAX): string | null {
  if (Number.isNaN(until)) return 'is no time such as 2026-12-01T08:00:00Z'
  if (until <= now) return 'lies in the past'
  return until - now > msMax ? `is more than ${msMax / 86_400_000} days ahead` : null
}

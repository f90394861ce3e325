// How many active servers are in which state: moved with every change, so that a summary costs nothing at any size.
import {
  EXPOSURE_MISSING,
  EXPOSURES,
  LIFECYCLES,
  PROMOTION_REASONS,
  REPORTINGS,
  STATES,
  type Exposure,
  type ExposureMissing,
  type Lifecycle,
  type PromotionReason,
  type Reporting,
  type State,
  type Verdict,
} from '../../shared/judgement/verdict.ts'
import { isSnoozed, listenersOf, type ServerRecord } from '../store/records.ts'

/** Only active servers, but for `lifecycle`, which counts all. */
export type Counts = {
  total: number
  state: Record<State, number>
  reporting: Record<Reporting, number>
  exposure: Record<Exposure, number>
  promoted: number
  /** Of the promoted ones. */
  reasons: Record<PromotionReason, number>
  /** Somebody knows, and has said until when; not among the promoted. */
  snoozed: number
  /** State unknown, or no longer heard whatever the state. */
  cannotTell: number
  lifecycle: Record<Lifecycle, number>
  /** Servers whose exposure is unknown, by what is missing. */
  exposureMissing: Record<ExposureMissing, number>
}

export function zeroCounts(): Counts {
  return {
    total: 0,
    state: zeroes(STATES),
    reporting: zeroes(REPORTINGS),
    exposure: zeroes(EXPOSURES),
    promoted: 0,
    reasons: zeroes(PROMOTION_REASONS),
    snoozed: 0,
    cannotTell: 0,
    lifecycle: zeroes(LIFECYCLES),
    exposureMissing: zeroes(EXPOSURE_MISSING),
  }
}

/** Adds the record (`by` 1) or takes it out (`by` -1). */
export function countRecord(counts: Counts, record: ServerRecord, by: 1 | -1): void {
  counts.lifecycle[record.lifecycle] += by
  if (record.lifecycle !== 'active') return
  const { verdict } = record
  counts.total += by
  counts.state[verdict.state] += by
  counts.reporting[verdict.reporting] += by
  counts.exposure[verdict.exposure] += by
  if (isSnoozed(record)) counts.snoozed += by
  else if (verdict.promoted) countPromoted(counts, verdict, by)
  if (cannotTell(verdict)) counts.cannotTell += by
  if (verdict.exposure === 'unknown') counts.exposureMissing[missingFor(listenersOf(record)?.missing)] += by
}

function countPromoted(counts: Counts, { reasons }: Verdict, by: 1 | -1): void {
  counts.promoted += by
  for (const reason of reasons) counts.reasons[reason] += by
}

function cannotTell({ state, reporting }: Verdict): boolean {
  return state === 'unknown' || reporting === 'silent' || reporting === 'never'
}

/** The first port that is not judged stands for the server. */
function missingFor(reason: string | undefined): ExposureMissing {
  if (reason === 'maybe-nat-mapped') return 'public-address'
  return reason === 'not-scanned' || reason === 'facts-old' ? 'scan' : 'other'
}

function zeroes<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>
}

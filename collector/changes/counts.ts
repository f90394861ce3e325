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
import type { ServerRecord } from '../store/records.ts'

/** Only active servers, but for `lifecycle`, which counts all. */
export type Counts = {
  total: number
  state: Record<State, number>
  reporting: Record<Reporting, number>
  exposure: Record<Exposure, number>
  promoted: number
  reasons: Record<PromotionReason, number>
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
    cannotTell: 0,
    lifecycle: zeroes(LIFECYCLES),
    exposureMissing: zeroes(EXPOSURE_MISSING),
  }
}

/** Adds the record (`by` 1) or takes it out (`by` -1). */
export function countRecord(counts: Counts, record: ServerRecord, by: 1 | -1): void {
  counts.lifecycle[record.lifecycle] += by
  if (record.lifecycle !== 'active') return
  const { verdict, sections } = record
  counts.total += by
  counts.state[verdict.state] += by
  counts.reporting[verdict.reporting] += by
  counts.exposure[verdict.exposure] += by
  if (verdict.promoted) counts.promoted += by
  for (const reason of verdict.reasons) counts.reasons[reason] += by
  if (cannotTell(verdict)) counts.cannotTell += by
  if (verdict.exposure === 'unknown') counts.exposureMissing[missingFor(sections.listeners?.value?.missing)] += by
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

// The order in which a person should look. It depends on no clock, so that a sorted list stays sorted until a verdict
// in it changes.
import type { Verdict } from './verdict.ts'

export type Ranked = {
  verdict: Pick<Verdict, 'state' | 'exposure' | 'promoted' | 'reasons' | 'since' | 'oldServiceSince'>
  name: string
  /** Settles the order of two servers with one name. */
  id?: string
}

/**
 * Promoted first (exposed and stale, stale, exposed, silent), then restart-required, unknown, deferrable, ok. Within
 * these a needed restart of unknown exposure comes before one that is filtered, then the oldest `since`, then the name.
 */
export function byUrgency(a: Ranked, b: Ranked): number {
  return (
    rankOf(a.verdict) - rankOf(b.verdict) ||
    exposureRank(a.verdict) - exposureRank(b.verdict) ||
    compareSince(sinceOf(a.verdict), sinceOf(b.verdict)) ||
    compareText(a.name, b.name) ||
    compareText(a.id ?? '', b.id ?? '')
  )
}

const STATE_RANK = { 'restart-required': 4, unknown: 5, deferrable: 6, ok: 7 } as const

function rankOf({ state, promoted, reasons }: Ranked['verdict']): number {
  if (!promoted) return STATE_RANK[state]
  if (reasons.includes('stale')) return reasons.includes('exposed') ? 0 : 1
  return reasons.includes('exposed') ? 2 : 3
}

function exposureRank({ state, exposure }: Ranked['verdict']): number {
  if (state !== 'restart-required') return 0
  return { exposed: 0, unknown: 1, filtered: 2 }[exposure]
}

/** Of the need that a person should look at: the restart, or else the service that runs old code. */
function sinceOf({ since, oldServiceSince }: Ranked['verdict']): number | null {
  return since ?? oldServiceSince ?? null
}

function compareSince(a: number | null, b: number | null): number {
  if (a === b) return 0
  if (a === null) return 1
  return b === null ? -1 : a - b
}

/** By code unit: the same on every machine, whatever its locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

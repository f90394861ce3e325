// How long restarts waited, week by week: half of them were made within the median, nine in ten within the 90th
// percentile.

const WEEK_MS = 7 * 86_400_000
/** 1970-01-05 was the first Monday. */
const MONDAY_MS = 4 * 86_400_000
export const WEEKS_SHOWN = 13

export type RestartWeek = {
  /** Its Monday, "2026-01-26", UTC. */
  date: string
  restarts: number
  /** Null in a week without a restart. */
  medianMs: number | null
  p90Ms: number | null
}

type Restart = { at: number; application: string | null; pendingMs: number }

/** The weeks up to this one, oldest first. `application` null: of all servers. */
export function restartWeeks(times: readonly Restart[], application: string | null, now: number): RestartWeek[] {
  const first = mondayOf(now) - (WEEKS_SHOWN - 1) * WEEK_MS
  const weeks = Array.from({ length: WEEKS_SHOWN }, (): number[] => [])
  for (const time of times) {
    if (application === null || time.application === application) {
      weeks[Math.floor((time.at - first) / WEEK_MS)]?.push(time.pendingMs)
    }
  }
  return weeks.map((pending, index) => {
    const sorted = pending.toSorted((a, b) => a - b)
    return {
      date: new Date(first + index * WEEK_MS).toISOString().slice(0, 10),
      restarts: sorted.length,
      medianMs: rankedAt(sorted, 0.5),
      p90Ms: rankedAt(sorted, 0.9),
    }
  })
}

function mondayOf(at: number): number {
  return Math.floor((at - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS
}

/** The nearest rank: a time that really was, never one between two. */
function rankedAt(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

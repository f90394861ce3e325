// Three months of how the fleet stood, a day each. A day that nobody counted stays empty: it was not zero.
import type { DayCounts, DayTally } from '../../store/records.ts'

const DAY_MS = 86_400_000
export const TREND_DAYS = 90

export type TrendDay = {
  /** "2026-01-31", UTC. */
  date: string
  /** Null: nobody counted. */
  tally: DayTally | null
}

export type Trend = {
  /** Oldest first; the last is today, as it stands now. */
  days: readonly TrendDay[]
  /** Days without a count since the first that has one. */
  missing: number
  /** Days that have one, today among them. */
  counted: number
}

/** Days since 1970-01-01 UTC. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}

/** `counts`: of any days, in any order. */
export function trendOf(counts: readonly DayCounts[], today: DayTally, now: number): Trend {
  const last = dayOf(now)
  const known = new Map<number, DayTally>(counts.map((count) => [count.day, count]))
  known.set(last, today)
  const days = Array.from({ length: TREND_DAYS }, (_, index) => {
    const day = last - TREND_DAYS + 1 + index
    return { date: new Date(day * DAY_MS).toISOString().slice(0, 10), tally: known.get(day) ?? null }
  })
  const first = days.findIndex(({ tally }) => tally !== null)
  const counted = days.filter(({ tally }) => tally !== null).length
  return { days, counted, missing: TREND_DAYS - first - counted }
}

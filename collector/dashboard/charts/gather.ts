// What the pictures are drawn from: the servers as they are, the counts of the days before, and the restarts in history.
import { policyFor } from '../../../shared/judgement/policy.ts'
import { tallyOf } from '../../changes/day-tally.ts'
import type { RestartLog } from '../../changes/restart-log.ts'
import type { CollectorContext } from '../../context.ts'
import type { ServerRecord } from '../../store/records.ts'
import { ageHistogram } from '../../views/charts/age-histogram-view.ts'
import { restartWeeks } from '../../views/charts/restart-weeks-view.ts'
import { STRIP_EVENTS, STRIP_MS, stateStrip, type StateStrip } from '../../views/charts/state-strip-view.ts'
import { dayOf, TREND_DAYS, trendOf } from '../../views/charts/trend-view.ts'
import type { Charts } from './charts.ts'

/** A server that changes more often than this in 90 days shows the newest part of them. */
const STRIP_EVENTS_MAX = 500

/** `active`: the servers of `application`; null is the whole fleet. */
export function gatherCharts(
  ctx: CollectorContext,
  restarts: RestartLog,
  active: readonly ServerRecord[],
  application: string | null,
  now: number,
): Charts {
  const { staleAfter } = policyFor(ctx.policy(), application)
  const times = restarts.times(now)
  const today = dayOf(now)
  return {
    age: ageHistogram(active, staleAfter, now),
    trend: trendOf(ctx.store.dayCounts(application, today - TREND_DAYS + 1, today - 1), tallyOf(active), now),
    weeks: times === null ? null : restartWeeks(times, application, now),
  }
}

export function gatherStrip({ store }: CollectorContext, record: ServerRecord, now: number): StateStrip {
  const found = store.searchHistory({
    serverId: record.id,
    types: STRIP_EVENTS,
    from: now - STRIP_MS,
    limit: STRIP_EVENTS_MAX,
  })
  return stateStrip(record, found.records.toReversed(), now, found.nextBeforeId !== null)
}

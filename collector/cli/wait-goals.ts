// What `overdue wait` waits for, told from two looks at a server. Pure.
import type { ServerItem } from '../views/server-view.ts'

export const WAIT_GOALS = ['restarted', 'cleared', 'reported'] as const
export type WaitGoal = (typeof WAIT_GOALS)[number]

/** As in "waiting for web-03 ...", and "web-03 ... in time". */
export const GOAL_WORDS: Readonly<Record<WaitGoal, { toBe: string; wasNot: string }>> = {
  restarted: { toBe: 'to be restarted', wasNot: 'was not restarted' },
  cleared: { toBe: 'to need no restart', wasNot: 'was not cleared' },
  reported: { toBe: 'to report', wasNot: 'did not report' },
}

/** What a look shows that matters here. */
export type Looked = Pick<ServerItem, 'state' | 'bootId' | 'bootedAt' | 'lastReportAt'>

/**
 * `before`: the first look; `now` may be the same. `sinceMs`: what happened from then on counts, epoch ms; null: from the
 * first look on.
 */
export function isReached(goal: WaitGoal, before: Looked, now: Looked, sinceMs: number | null): boolean {
  switch (goal) {
    case 'restarted':
      return isOtherBoot(before.bootId, now.bootId) || isFrom(now.bootedAt, sinceMs)
    case 'cleared':
      return now.state === 'ok' || now.state === 'deferrable'
    case 'reported':
      // Any other time is news: a collector's clock may be set back.
      return now.lastReportAt !== before.lastReportAt || isFrom(now.lastReportAt, sinceMs)
    default:
      return goal satisfies never
  }
}

/** A boot is named by up to two halves. One that could not be read at first is no other boot when it can. */
function isOtherBoot(before: string | null, now: string | null): boolean {
  if (before === null || now === null) return false
  const halves = now.split('/')
  return before.split('/').some((half) => !halves.includes(half))
}

function isFrom(time: string | null, sinceMs: number | null): boolean {
  return time !== null && sinceMs !== null && Date.parse(time) >= sinceMs
}

// A snooze: somebody knows, and has said until when. It takes a server out of those that need a person and changes nothing
// of what is said about it; and it never covers a reason that came after it. Pure.
import type { PromotionReason, Verdict } from './verdict.ts'

export const SNOOZE_MS_MAX = 90 * 86_400_000

export type Snooze = {
  /** Epoch ms. */
  until: number
  reason: string
  /** Who gave it, as people know them. */
  by: string
  at: number
  /** What it was given for. */
  covers: readonly PromotionReason[]
}

/** Why a snooze is over: its time, the need it was given for, a reason it was not given for, or somebody's word. */
export const SNOOZE_ENDS = ['expired', 'cleared', 'exposed', 'stale', 'silent', 'operator'] as const
export type SnoozeEnd = (typeof SNOOZE_ENDS)[number]

type Judged = Pick<Verdict, 'state' | 'reasons'>

/** Is there anything about this server that a person could put off? */
export function canBeSnoozed({ state, reasons }: Judged): boolean {
  return state === 'restart-required' || reasons.length > 0
}

/**
 * Whoever puts off a restart knows that time goes by, so that covers `stale`, too. A server that anyone can reach, or
 * that is not heard any more, is another matter than the one that was put off.
 */
export function coveredBy({ state, reasons }: Judged): PromotionReason[] {
  const knows = state === 'restart-required' && !reasons.includes('stale')
  return knows ? [...reasons, 'stale'] : [...reasons]
}

/** Null: it holds. `isOtherNeed`: the restart it was given for has been made. */
export function snoozeEnd(snooze: Snooze, verdict: Judged, isOtherNeed: boolean, now: number): SnoozeEnd | null {
  if (now >= snooze.until) return 'expired'
  const isClear = verdict.reasons.length === 0 && (verdict.state === 'ok' || verdict.state === 'deferrable')
  if (isOtherNeed || isClear) return 'cleared'
  return verdict.reasons.find((reason) => !snooze.covers.includes(reason)) ?? null
}

// How long to ask a collector to hold an answer it has nothing to put into. Pure.
//
// Somebody on the way may give up connections on which nothing moves, most often after 60 s. Nobody tells us after how
// long, but they do it to the second: an answer that is cut twice at the same time is asked for earlier. Before the next
// one is waited for, a plain heartbeat proves that the collector is still there.
import { HOLD_S_MIN } from '../../shared/protocol/limits.ts'

/** Less than the 60 s that proxies commonly wait, with room for a slow way back; shorter, a day would weigh more. */
export const HOLD_MS = 57_000
/** Servers ask for up to this part less, each always for the same. */
const SPREAD_PART = 0.035
/** An answer that came after this part of the hold was held to its end: collectors take a little off. */
const WHOLE_PART = 0.9
const SHRINK = 0.8
/** After so many answers in a row that were held to the end, an eighth more is tried. */
const WHOLE_TO_GROW = 100
const GROW = 9 / 8
/** How far two cuts may lie apart that count as one and the same. */
const SAME_CUT_PART = 0.1
const SAME_CUT_MS = 1_000
/** First retry after a cut: those who were cut together do not come back together. */
const RETRY_OVER_MS = 10_000
/** So many cuts in a row mean that waiting does not work here. */
const CUTS_TO_SLOW_DOWN = 5
/** A held answer that came sooner was not held for long: from the second on, a collector that says so is met with patience. */
const QUICK_MS = 1_000
const QUICK_PAUSE_MS_MAX = 60_000

export type Hold = {
  readonly askMs: number
  /** When the last poll was cut, ms after it was sent; null: it was not, or the hold was shortened since. */
  readonly cutAfterMs: number | null
  /** Cuts since an answer was held to the end. */
  readonly cuts: number
  readonly wholeInARow: number
  /** The next heartbeat is a plain one. */
  readonly needsProof: boolean
  /** Answers in a row that were said to be held and came nearly at once. */
  readonly quick: number
}

export function startHold(): Hold {
  return { askMs: HOLD_MS, cutAfterMs: null, cuts: 0, wholeInARow: 0, needsProof: false, quick: 0 }
}

/** How long to ask for, in ms: whole seconds. `heartbeatMs`: the host's setting, which may be shorter; null: none. */
export function holdToAskMs({ askMs }: Hold, heartbeatMs: number | null, spread: number): number {
  const mostMs = Math.max(HOLD_S_MIN * 1_000, askMs * (1 - spread * SPREAD_PART))
  return Math.max(1, Math.floor(Math.min(mostMs, heartbeatMs ?? Infinity) / 1_000)) * 1_000
}

/** An answer came that was held for `tookMs` of the `askedMs` we asked for. */
export function afterHeld(before: Hold, tookMs: number, askedMs: number): Hold {
  const hold = { ...before, quick: tookMs < QUICK_MS ? before.quick + 1 : 0 }
  // Answered early: there was something to tell, which says nothing about the way.
  if (tookMs < askedMs * WHOLE_PART) return hold
  const wholeInARow = hold.wholeInARow + 1
  const whole = { ...hold, cutAfterMs: null, cuts: 0, wholeInARow }
  if (hold.askMs >= HOLD_MS || wholeInARow < WHOLE_TO_GROW) return whole
  return { ...whole, askMs: Math.min(HOLD_MS, hold.askMs * GROW), wholeInARow: 0 }
}

/** How long after a held answer the next one may be asked for, ms: at once, unless it came at once itself. */
export function pauseMs({ quick }: Hold): number {
  return quick < 2 ? 0 : Math.min(QUICK_PAUSE_MS_MAX, QUICK_MS * 2 ** (quick - 2))
}

/** The connection ended, or an answer that is not the collector's came, after `afterMs`. */
export function afterCut(hold: Hold, afterMs: number): Hold {
  const cut = { ...hold, cuts: hold.cuts + 1, wholeInARow: 0, needsProof: hold.cuts > 0 }
  const before = hold.cutAfterMs
  if (before === null || Math.abs(afterMs - before) > Math.max(SAME_CUT_MS, SAME_CUT_PART * before))
    return { ...cut, cutAfterMs: afterMs }
  const askMs = Math.max(HOLD_S_MIN * 1_000, SHRINK * Math.min(afterMs, before))
  return { ...cut, askMs: Math.min(hold.askMs, askMs), cutAfterMs: null }
}

/** How long after a cut the collector is asked again, ms. `random` in [0, 1); `heartbeatMs`: the pace without waiting. */
export function retryAfterCutMs({ cuts }: Hold, heartbeatMs: number, random: number): number {
  return cuts >= CUTS_TO_SLOW_DOWN ? heartbeatMs : random * RETRY_OVER_MS
}

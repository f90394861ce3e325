// Gives back the memory that starting and rare work took. V8 collects when it runs out of room, which an agent at rest
// hardly ever does: what the first looks left behind, and the pages it keeps in reserve, would stay for days (measured:
// 2 MB of 19 after ten minutes).
import type { Ticker } from './wakeups/ticker.ts'

/** The start is over by then: first looks, enrolment, the connection to the collector. */
const FIRST_MS = 60_000
/** Each takes 40 ms of processor time, a hundredth of a percent. */
const EVERY_MS = 8 * 60_000

/** `collect`: the runtime's own, which only the resident's flags offer (--expose-gc). Does not keep the process alive. */
export function startGivingBack(collect: NodeJS.GCFunction | undefined = globalThis.gc): Ticker {
  // The kind that V8 keeps for memory run out: it also lets go of pages in reserve, and of code that is not in use.
  const giveBack = () => collect?.({ type: 'major', flavor: 'last-resort' })
  let timer = setTimeout(() => {
    giveBack()
    timer = setInterval(giveBack, EVERY_MS).unref()
  }, FIRST_MS).unref()
  return { stop: () => clearTimeout(timer) }
}

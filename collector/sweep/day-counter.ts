// Keeps one row of counts a day (UTC): the newest count of the day stands for it. A collector that is down, or blind,
// counts nothing, and leaves a gap where a wrong number would be.
import type { Clock } from '../../shared/clock.ts'
import { talliesOf } from '../changes/day-tally.ts'
import type { Projection } from '../changes/projection.ts'
import type { Store } from '../store/store.ts'
import type { BlindGuard } from './blind-guard.ts'

const TICK_MS = 60_000
/** What a crash before midnight may cost the day, at most. */
const COUNT_EVERY_MS = 10 * 60_000
const APPLICATIONS_MAX = 1_000
const DAY_MS = 86_400_000

export type DayCounterContext = {
  store: Pick<Store, 'saveDayCounts'>
  projection: Pick<Projection, 'inOrder'>
  clock: Clock
  blind: Pick<BlindGuard, 'notice'>
  log: { error(facts: object, message: string): void }
}

/** Returns the way to stop. */
export function startDayCounter(ctx: DayCounterContext): () => void {
  const counter = new DayCounter(ctx)
  const timer = setInterval(() => counter.tick(), TICK_MS).unref()
  return () => clearInterval(timer)
}

export class DayCounter {
  readonly #ctx: DayCounterContext
  #counted: { day: number; atMs: number } | null = null

  constructor(ctx: DayCounterContext) {
    this.#ctx = ctx
  }

  /** Counts if it is time to. Never throws: the next tick tries again. */
  tick(): void {
    const { blind, clock, log, projection, store } = this.#ctx
    const day = Math.floor(clock.now() / DAY_MS)
    const atMs = clock.monotonicMs()
    const isDue = this.#counted?.day !== day || atMs - this.#counted.atMs >= COUNT_EVERY_MS
    if (!isDue || blind.notice() !== null) return
    try {
      store.saveDayCounts(day, talliesOf(projection.inOrder(), APPLICATIONS_MAX))
      this.#counted = { day, atMs }
    } catch (err) {
      log.error({ err }, 'the counts of the day could not be stored; the next try is in a minute')
    }
  }
}

// Nobody is called late or silent by a collector that was blind itself.
//
// Theory of operation. A contact is counted from the moment we began to look, when that is later than the contact: the
// start of the process, the end of a pause (SIGSTOP, a suspended machine, a stuck event loop), a jump of the wall clock,
// a store that did not answer. When many servers fall late together nobody falls late for a while; see mass-silence.ts.
// Only late and silent are held back, never what a server said; and who was called silent before stays silent.
import type { Clock } from '../../shared/clock.ts'
import type { BlindNotice, BlindReason } from '../../shared/judgement/blind-notice.ts'
import { heard, lateAfterMs } from '../../shared/judgement/reporting.ts'
import type { Reporting } from '../../shared/judgement/verdict.ts'
import { RESTARTING_MS_MAX } from '../../shared/protocol/limits.ts'
import { nextMassSilence, type MassSilence, type Misses } from './mass-silence.ts'

/** A gap between two ticks, or between the two clocks, that no busy second explains. */
const GAP_MS_MAX = 10_000

/** One active server, as the guard sees it. */
export type WatchedServer = { reporting: Reporting; heartbeatMs: number; lastContactAt: number | null }

type GuardLog = { warn(facts: object, message: string): void; info(facts: object, message: string): void }

export class BlindGuard {
  readonly #clock: Clock
  readonly #log: GuardLog
  #floor: { at: number; reason: BlindReason; isTold: boolean }
  #lastTick: { monotonicMs: number; wall: number }
  #mass: MassSilence = { phase: 'watching' }
  #heldBack = 0
  #missing = 0

  constructor({ clock, log }: { clock: Clock; log: GuardLog }) {
    this.#clock = clock
    this.#log = log
    this.#lastTick = { monotonicMs: clock.monotonicMs(), wall: clock.now() }
    this.#floor = { at: this.#lastTick.wall, reason: 'started', isTold: false }
  }

  /** To be called about once a second: a longer gap means that we were not looking. Answers what was noticed. */
  tick(): 'paused' | 'clock-jumped' | null {
    const tick = { monotonicMs: this.#clock.monotonicMs(), wall: this.#clock.now() }
    const gapMs = tick.monotonicMs - this.#lastTick.monotonicMs
    const drift = tick.wall - this.#lastTick.wall - gapMs
    this.#lastTick = tick
    const noticed = Math.abs(drift) > GAP_MS_MAX ? 'clock-jumped' : gapMs > GAP_MS_MAX ? 'paused' : null
    if (noticed !== null) this.blindUntilNow(noticed)
    return noticed
  }

  /** We could not see until now: whoever was not heard meanwhile gets a fresh start. */
  blindUntilNow(reason: BlindReason): void {
    this.#floor = { at: this.#clock.now(), reason, isTold: false }
  }

  /** Looks at all active servers, every few seconds: do many fall late together, and how many are held back? */
  survey(servers: readonly WatchedServer[], policySilentAfterMs: number): void {
    const now = this.#clock.now()
    const misses: Misses = { total: 0, falling: 0, missing: 0 }
    for (const server of servers) this.#countMiss(misses, server, now)
    this.#missing = misses.missing
    this.#enter(nextMassSilence(this.#mass, misses, now, policySilentAfterMs))
    this.#heldBack = servers.filter((server) => this.#isHeldBack(server, policySilentAfterMs, now)).length
    this.#tellOnce()
  }

  /** The contact that judgement may count for this server: the real one, or when we began to look. */
  contactFor({ reporting, heartbeatMs, lastContactAt }: WatchedServer): number | null {
    const now = this.#clock.now()
    if (lastContactAt === null || reporting === 'silent') return lastContactAt
    const floor = this.isHolding() ? now : this.#floor.at
    // A contact ahead of the clock was heard before the clock was set back, so we have begun to look since.
    const real = lastContactAt > now ? -Infinity : lastContactAt
    // Who is late stays late: a blind collector is no reason to call it current.
    return Math.max(real, reporting === 'late' ? Math.min(floor, now - lateAfterMs(heartbeatMs) - 1) : floor)
  }

  /** Epoch ms. What was before, we may have missed: the start of the process, the end of a pause. */
  get lookingSince(): number {
    return this.#floor.at
  }

  /** True while so many are late together that nobody is called late. */
  isHolding(): boolean {
    return this.#mass.phase === 'holding'
  }

  /** What people should know while verdicts are held back; null: nothing is. */
  notice(): BlindNotice | null {
    if (this.#mass.phase === 'holding') {
      return { since: this.#mass.since, reason: 'many-late', servers: this.#missing }
    }
    return this.#heldBack === 0 ? null : { since: this.#floor.at, reason: this.#floor.reason, servers: this.#heldBack }
  }

  #countMiss(misses: Misses, server: WatchedServer, now: number): void {
    const { reporting, heartbeatMs, lastContactAt } = server
    if (lastContactAt === null) return
    misses.total += 1
    // Said goodbye, or told already.
    if (reporting === 'silent' || reporting === 'restarting') return
    const quietMs = now - Math.max(lastContactAt, this.#floor.at)
    const lateMs = lateAfterMs(heartbeatMs)
    // One heartbeat before anybody is late, so that the first of many are not told before the last confirm it.
    if (quietMs <= lateMs - heartbeatMs) return
    misses.missing += 1
    if (quietMs <= lateMs + heartbeatMs) misses.falling += 1
  }

  #isHeldBack(server: WatchedServer, policySilentAfterMs: number, now: number): boolean {
    const { reporting, heartbeatMs, lastContactAt } = server
    const counted = this.contactFor(server)
    if (counted === lastContactAt) return false
    if (reporting === 'restarting') return now - (lastContactAt ?? now) >= RESTARTING_MS_MAX
    const by = (lastAt: number | null) =>
      heard({ lastAt, heartbeatMs, goodbyeAt: null }, policySilentAfterMs, now).reporting
    return by(lastContactAt) !== by(counted)
  }

  #enter(next: MassSilence): void {
    const before = this.#mass.phase
    this.#mass = next
    if (next.phase === before) return
    const facts = { servers: this.#missing }
    if (next.phase === 'holding')
      this.#log.warn(facts, 'many servers fall late together: late and silent are held back')
    if (next.phase === 'told') this.#log.warn(facts, 'the servers are still not heard: late and silent are told now')
    if (next.phase === 'watching' && before === 'holding')
      this.#log.info(facts, 'the servers are heard again: nothing is held back')
  }

  #tellOnce(): void {
    if (this.#floor.isTold || this.#heldBack === 0 || this.isHolding()) return
    this.#floor.isTold = true
    const { at, reason } = this.#floor
    const facts = { reason, since: new Date(at).toISOString(), servers: this.#heldBack }
    this.#log.warn(facts, 'the collector was blind: contacts count from when it began to look')
  }
}

// Judges again what time alone may have changed: servers that fall late or silent, needs that become stale, values of
// failing sections that may no longer be used.
//
// Theory of operation. Every verdict says when time alone can change it; reports change the rest. Each second the
// sweeper
// 1. tells the blind guard that it is looking, and every few seconds shows it all servers;
// 2. takes the servers that are due, a bounded number of them, so that a start with a whole fleet due blocks nobody;
// 3. judges each with the contact the guard allows; if the verdict says the same as before, only the next look is noted;
// 4. writes the others, each judged again inside the transaction: a report may have come meanwhile, and then it counts.
// A policy that changed may change every verdict, and so may another list of what is known to be exploited, with which the
// reported fixes are matched again: then all servers are judged, a few at a time. So they are once after a
// start, because the policy, or the rules of this version, may be others than those the stored verdicts were made by.
// Ingest never waits for the sweep. A record that makes the judge throw is looked at again after an hour: any sooner and
// one bad record would fill the log for ever.
import type { Clock } from '../../shared/clock.ts'
import type { Policy } from '../../shared/judgement/policy.ts'
import type { Projection } from '../changes/projection.ts'
import { judgeRecord, type Judgement } from '../ingest/judge-record.ts'
import { type ExploitedIds, matchedAnew, NONE_KNOWN, type ValueReader } from '../ingest/match-exploited.ts'
import type { ServerRecord } from '../store/records.ts'
import type { Store, Transaction } from '../store/store.ts'
import type { BlindGuard, WatchedServer } from './blind-guard.ts'
import { DueTimes } from './due-times.ts'

const TICK_MS = 1_000
const SURVEY_EVERY_MS = 5_000
const BATCH_COUNT_MAX = 500
/** Judged in one turn of the event loop, then everybody else has one; writing what changed takes about four times that. */
const REJUDGE_TURN_MS = 5
const REJUDGE_COUNT_MAX = 100
const REJUDGE_WRITES_MAX = 25
/** While many are held back together the end of the hold is no moment of any verdict: look again this soon. */
const HELD_BACK_AGAIN_MS = 10_000
const JUDGE_FAILED_AGAIN_MS = 60 * 60_000
const STORE_FAILED_AGAIN_MS = 60_000
/** A write that takes longer means that reports could not be stored either. */
const STORE_STALLED_MS = 10_000
const STOP_WAIT_MS_MAX = 2_000

type SweepLog = { error(facts: object, message: string): void }

export type SweepContext = {
  store: Pick<Store, 'transact' | 'onCommit' | 'storedValue'>
  projection: Pick<Projection, 'get' | 'all' | 'lastContactAt'>
  policy(): Policy
  clock: Clock
  log: SweepLog
  blind: BlindGuard
  /** Absent: the collector was given no list of what is known to be exploited. */
  exploited?: { ids(): ExploitedIds; refresh(): void }
  polls: { isParked(serverId: string): boolean }
}

export class Sweeper {
  readonly #ctx: SweepContext
  readonly #due = new DueTimes()
  readonly #unfollow: () => void
  #timer: NodeJS.Timeout | null = null
  #running: { promise: Promise<void>; sinceMs: number } | null = null
  #surveyedAtMs = -Infinity
  /** The policy all verdicts were made by, as text; null: not known yet. */
  #policyText: string | null = null
  /** The list of what is exploited that all records were matched with; null: not known yet. */
  #matchedWith: ExploitedIds | null = null
  /** The list they are being matched with; null: none new. */
  #matching: ExploitedIds | null = null
  #stopping = false

  constructor(ctx: SweepContext) {
    this.#ctx = ctx
    for (const record of ctx.projection.all()) this.#schedule(record)
    this.#unfollow = ctx.store.onCommit((committed) => {
      for (const { record } of committed) this.#schedule(record)
    })
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.tick(), TICK_MS).unref()
  }

  /** Resolves when a sweep under way has ended, or after `waitMsMax`: a store that is stuck must not keep the process. */
  async stop(waitMsMax = STOP_WAIT_MS_MAX): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#stopping = true
    this.#unfollow()
    if (this.#running === null) return
    const { promise: timeout, resolve: giveUp } = Promise.withResolvers<false>()
    const timer = setTimeout(() => giveUp(false), waitMsMax)
    const hasEnded = await Promise.race([this.#running.promise.then(() => true), timeout])
    clearTimeout(timer)
    this.#running = null
    if (!hasEnded) this.#ctx.log.error({ waitedMs: waitMsMax }, 'a sweep did not end: the store does not answer')
  }

  /** One look. Resolves when its writes are committed; never rejects. Does not begin before the one before has ended. */
  async tick(): Promise<void> {
    const { blind, clock, log } = this.#ctx
    const nowMs = clock.monotonicMs()
    // Due times belong to the clock that was: after a jump all of them are worth nothing.
    if (blind.tick() === 'clock-jumped') this.#scheduleAllNow()
    if (this.#running !== null) {
      if (nowMs - this.#running.sinceMs > STORE_STALLED_MS) blind.blindUntilNow('store-stalled')
      return
    }
    const promise = this.#sweep(nowMs).catch((error: unknown) => log.error({ err: error }, 'the sweep failed'))
    this.#running = { promise, sinceMs: nowMs }
    await promise
    this.#running = null
  }

  async #sweep(nowMs: number): Promise<void> {
    const policy = this.#ctx.policy()
    if (nowMs - this.#surveyedAtMs >= SURVEY_EVERY_MS) {
      this.#surveyedAtMs = nowMs
      this.#ctx.blind.survey([...this.#watched()], policy.silentAfterMs)
    }
    this.#ctx.exploited?.refresh()
    const exploited = this.#ctx.exploited?.ids() ?? NONE_KNOWN
    const policyText = JSON.stringify(policy)
    if (policyText !== this.#policyText || exploited !== this.#matchedWith) {
      this.#matching = exploited === this.#matchedWith ? null : exploited
      await this.#judgeAll(policy)
      this.#matching = null
      this.#policyText = policyText
      this.#matchedWith = exploited
    }
    const ids = this.#due.due(this.#ctx.clock.now(), BATCH_COUNT_MAX).filter((id) => this.#isToBeWritten(id, policy))
    await this.#write(ids, policy)
  }

  async #judgeAll(policy: Policy): Promise<void> {
    const ids = Array.from(this.#ctx.projection.all(), ({ id }) => id)
    for (let done = 0; done < ids.length && !this.#stopping;) {
      const batch = this.#judgeOneTurn(ids, done, policy)
      await this.#write(batch.changed, policy)
      await new Promise((resolve) => setImmediate(resolve))
      done += batch.count
      // It gets on: the store does not stall.
      if (this.#running !== null) this.#running.sinceMs = this.#ctx.clock.monotonicMs()
    }
  }

  #judgeOneTurn(ids: readonly string[], start: number, policy: Policy): { count: number; changed: string[] } {
    const { clock } = this.#ctx
    const untilMs = clock.monotonicMs() + REJUDGE_TURN_MS
    const changed: string[] = []
    let count = 0
    for (const id of ids.slice(start, start + REJUDGE_COUNT_MAX)) {
      count += 1
      if (this.#isToBeWritten(id, policy)) changed.push(id)
      if (changed.length >= REJUDGE_WRITES_MAX || clock.monotonicMs() > untilMs) break
    }
    return { count, changed }
  }

  /** Judges the record as it is; where nothing changed it notes when to look again. */
  #isToBeWritten(id: string, policy: Policy): boolean {
    const { projection, clock, log } = this.#ctx
    const record = projection.get(id)
    if (record === null || record.lifecycle === 'removed') {
      this.#due.set(id, null)
      return false
    }
    try {
      const judgement = this.#judge(record, policy, this.#ctx.store)
      if (!judgement.changed) this.#schedule(judgement.record)
      return judgement.changed
    } catch (error) {
      log.error({ err: error, serverId: id }, 'a server could not be judged; the next try is in an hour')
      this.#due.set(id, clock.now() + JUDGE_FAILED_AGAIN_MS)
      return false
    }
  }

  async #write(ids: readonly string[], policy: Policy): Promise<void> {
    const { store, clock, log } = this.#ctx
    const results = await Promise.allSettled(ids.map((id) => store.transact((tx) => this.#writeOne(tx, id, policy))))
    const failed = ids.filter((_, index) => results[index]?.status === 'rejected')
    for (const id of failed) this.#due.set(id, clock.now() + STORE_FAILED_AGAIN_MS)
    const first = results.find((result) => result.status === 'rejected')
    if (first !== undefined) {
      log.error(
        { err: first.reason as unknown, servers: failed.length },
        'verdicts could not be stored; the next try is in a minute',
      )
    }
  }

  #writeOne(tx: Transaction, id: string, policy: Policy): void {
    const record = tx.server(id)
    if (record === null || record.lifecycle === 'removed') return
    const { record: judged, events, changed } = this.#judge(record, policy, tx)
    if (changed) tx.putServer(judged, events, this.#ctx.clock.now())
    else this.#schedule(judged)
  }

  #judge(record: ServerRecord, policy: Policy, values: ValueReader): Judgement {
    const { blind, clock } = this.#ctx
    const matched = this.#matching === null ? record : matchedAnew(record, values, this.#matching)
    return judgeRecord(matched, blind.contactFor(this.#watch(record)), policy, clock.now(), record)
  }

  #schedule(record: ServerRecord): void {
    const { blind, clock } = this.#ctx
    const at = record.lifecycle === 'removed' ? null : record.verdict.nextJudgementAt
    const soon = blind.isHolding() ? clock.now() + HELD_BACK_AGAIN_MS : Infinity
    this.#due.set(record.id, at === null ? null : Math.min(at, soon))
  }

  #scheduleAllNow(): void {
    const now = this.#ctx.clock.now()
    for (const record of this.#ctx.projection.all()) this.#due.set(record.id, now)
  }

  *#watched(): Iterable<WatchedServer> {
    for (const record of this.#ctx.projection.all()) {
      if (record.lifecycle === 'active') yield this.#watch(record)
    }
  }

  /** Whose poll is parked holds a connection open: that is contact, however long the answer is held. */
  #watch({ id, heartbeatMs, verdict }: ServerRecord): WatchedServer {
    const { clock, polls, projection } = this.#ctx
    const lastContactAt = polls.isParked(id) ? clock.now() : projection.lastContactAt(id)
    return { reporting: verdict.reporting, heartbeatMs, lastContactAt }
  }
}

// "Look now, and tell the collector": for commands, signals and the collector itself, all by one path.
//
// 1. A look that begins after the question. However many ask meanwhile, the look loop makes one look for all of them.
// 2. One report for all whom that look answers. It is owed until the collector has acknowledged it: the report loop
//    tries as it always does, and whoever asks after a failed attempt makes it try at once. What he has to say comes
//    next: a reason that may have arrived already is told as it was, with its id, so that history has it once.
// 3. An answer as soon as there is something to say: acknowledged, or refused in a way that waiting does not change, or
//    the wait is over. Nobody who asks can make the agent wait; he waits himself.
import type { ReportRequest, Standing } from '../delivery/delivery.ts'
import { TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import type { DeliveryStatus } from '../files/status-file.ts'
import type { Outcome, ReportNowAnswer, ScanTold } from './answer.ts'
import type { ReportNowRequest } from './request.ts'

/** Of a wait, what scans leave to the look and the report. */
const AFTER_SCANS_MS = 3_000
/** The longest that anybody waits for scans: two rounds of the shortest time between two asks. */
const SCAN_MS_MAX = 25_000
/** Where nothing may be sent, an attempt that tells so does not come. */
const HOPELESS_MS = 1_000

export type ReportNowPorts = {
  lookAfresh(): Promise<void>
  request(request: ReportRequest): void
  scans: { ages(): Promise<ScanTold[]>; scan(msMax: number): Promise<ScanTold[]> }
  /** What the newest snapshot says. */
  judge(): Promise<Judged>
  /** A question nobody waits for went wrong. */
  onTrouble(error: unknown): void
  /** Unlike any other of this server, in another boot, too. */
  newReasonId(): string
  /** Steady clock of all processes of the host, ms. */
  steadyMs(): number
}

type Judged = Pick<ReportNowAnswer, 'lookedAt' | 'judgement'>
/** What one report is to answer, as far as it is not told yet. */
type Looked = { freshAsOfMs: number; reasons: ReadonlySet<string>; answers: string | null }
type Owed = Required<ReportRequest>
type Asking = { reason: string | null; answers: string | null }
type Waiter = { freshAsOfMs: number; settle: (outcome: Outcome) => void }

export class ReportNow {
  readonly #ports: ReportNowPorts
  #delivery: DeliveryStatus | null = null
  /** Looked for, and not handed to the report loop yet. */
  #looked: Looked | null = null
  /** Somebody asked since the last attempt began. */
  #isPressed = false
  /** Handed to the report loop, and not acknowledged yet. */
  #owed: Owed | null = null
  /** A report that answers what is owed may be on its way. */
  #isUnderWay = false
  readonly #waiters = new Set<Waiter>()

  constructor(ports: ReportNowPorts) {
    this.#ports = ports
  }

  /** To be told after every attempt to report. */
  onStatus(delivery: DeliveryStatus): void {
    this.#delivery = delivery
    if (this.#owed !== null && freshnessOf(delivery) >= this.#owed.freshAsOfMs) {
      this.#owed = null
      this.#isPressed = this.#looked !== null
    }
    // A heartbeat that went well beside it says nothing of the report that answers.
    if (this.#owed === null || delivery.standing !== 'reporting') this.#isUnderWay = false
    this.#handWhenFree()
    for (const waiter of this.#waiters) {
      if (freshnessOf(delivery) >= waiter.freshAsOfMs) waiter.settle('acknowledged')
      else if (isFinal(delivery.standing)) waiter.settle(delivery.standing)
    }
  }

  /** Looks and reports; nobody waits for it. */
  start(asking: Asking & { scan: boolean }): void {
    const work = async (): Promise<void> => {
      if (asking.scan) await this.#ports.scans.scan(SCAN_MS_MAX)
      await this.#lookAndHand(asking)
    }
    work().catch((error: unknown) => this.#ports.onTrouble(error))
  }

  /** Ends within `waitMs`, or as soon as the scans can be asked for. */
  async answer({ waitMs, scan, reason }: ReportNowRequest): Promise<ReportNowAnswer> {
    if (waitMs === null) {
      const standing = this.#delivery?.standing
      this.start({ reason, answers: null, scan })
      const outcome = standing === undefined || standing === 'starting' || standing === 'reporting' ? 'asked' : standing
      // What it will find nobody knows yet, and what it found before nobody asked for.
      return this.#compose(outcome, await this.#ports.scans.ages(), { lookedAt: null, judgement: null })
    }
    const untilMs = this.#ports.steadyMs() + waitMs
    const scans = scan ? await this.#ports.scans.scan(Math.min(SCAN_MS_MAX, scanPart(waitMs))) : null
    const outcome = await this.#outcome({ reason, answers: null }, untilMs)
    return this.#compose(outcome, scans ?? (await this.#ports.scans.ages()), await this.#ports.judge())
  }

  async #outcome(asking: Asking, untilMs: number): Promise<Outcome> {
    const looking = this.#lookAndHand(asking)
    const freshAsOfMs = await this.#within(looking, untilMs)
    if (freshAsOfMs === null) return 'not-looked'
    return await this.#acknowledged(freshAsOfMs, untilMs)
  }

  /** Resolves with the moment of the question, once what a later look found is handed to the report loop, or soon will be. */
  async #lookAndHand({ reason, answers }: Asking): Promise<number> {
    const freshAsOfMs = this.#ports.steadyMs()
    await this.#ports.lookAfresh()
    const reasons = new Set(reason === null ? [] : [reason])
    const isFirst = this.#looked === null
    this.#looked = join(this.#looked, { freshAsOfMs, reasons, answers })
    this.#isPressed = true
    // Everybody whom one look answers comes here in one turn of the event loop.
    if (isFirst) setImmediate(() => this.#handWhenFree())
    return freshAsOfMs
  }

  #handWhenFree(): void {
    if (this.#isUnderWay || !this.#isPressed) return
    this.#isPressed = false
    this.#owed ??= this.#takeLooked()
    if (this.#owed === null) return
    this.#isUnderWay = true
    this.#ports.request({ ...this.#owed })
  }

  #takeLooked(): Owed | null {
    const looked = this.#looked
    this.#looked = null
    if (looked === null) return null
    const { freshAsOfMs, reasons, answers } = looked
    const reason = [...reasons].join('; ').slice(0, TEXT_LENGTH_MAX).toWellFormed() || null
    return { freshAsOfMs, reason, reasonId: reason === null ? null : this.#ports.newReasonId(), answers }
  }

  #acknowledged(freshAsOfMs: number, untilMs: number): Promise<Outcome> {
    if (this.#delivery !== null && freshnessOf(this.#delivery) >= freshAsOfMs) return Promise.resolve('acknowledged')
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const waiter: Waiter = { freshAsOfMs, settle: resolve }
    this.#waiters.add(waiter)
    const standing = this.#delivery?.standing ?? 'starting'
    const restMs = Math.max(0, untilMs - this.#ports.steadyMs())
    // Of these an attempt may never come: what was refused is not sent again as it is.
    const msMax = isSilencing(standing) ? Math.min(restMs, HOPELESS_MS) : restMs
    const timer = setTimeout(() => resolve(this.#inVain()), msMax)
    return promise.finally(() => {
      clearTimeout(timer)
      this.#waiters.delete(waiter)
    })
  }

  #inVain(): Outcome {
    const standing = this.#delivery?.standing ?? 'starting'
    return standing === 'starting' || standing === 'reporting' ? 'not-answered' : standing
  }

  async #within<T>(work: Promise<T>, untilMs: number): Promise<T | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>()
    const timer = setTimeout(() => resolve(null), Math.max(0, untilMs - this.#ports.steadyMs()))
    return await Promise.race([work, late]).finally(() => clearTimeout(timer))
  }

  #compose(outcome: Outcome, scans: ScanTold[], judged: Judged): ReportNowAnswer {
    const delivery = this.#delivery
    return { outcome, problem: delivery?.problem ?? null, delivery, ...judged, scans }
  }
}

function join(a: Looked | null, b: Looked): Looked {
  if (a === null) return b
  return {
    freshAsOfMs: Math.max(a.freshAsOfMs, b.freshAsOfMs),
    reasons: a.reasons.union(b.reasons),
    answers: b.answers ?? a.answers,
  }
}

function freshnessOf({ acknowledged }: DeliveryStatus): number {
  return acknowledged?.freshAsOfMs ?? -Infinity
}

/** No further attempt changes it soon. */
function isFinal(standing: Standing): standing is 'unauthorized' | 'refused' | 'conflict' | 'revoked' {
  return standing === 'unauthorized' || isSilencing(standing)
}

function isSilencing(standing: Standing): standing is 'refused' | 'conflict' | 'revoked' {
  return standing === 'refused' || standing === 'conflict' || standing === 'revoked'
}

function scanPart(waitMs: number): number {
  return Math.max(waitMs / 2, waitMs - AFTER_SCANS_MS)
}

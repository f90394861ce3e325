// Tells the collector what is true now: waits until something is owed, posts it, and takes in what the answer means.
// The rules are pure (delivery.ts, after-send.ts); this is the clock, the wire and the log around them.
import { randomBytes } from 'node:crypto'
import { afterSend, type Attempt } from './after-send.ts'
import {
  type DeliveryState,
  nextSeq,
  planDelivery,
  type ReportRequest,
  startDelivery,
  withHeartbeatDue,
  withNetworkChanged,
  withRequest,
  withSent,
} from './delivery.ts'
import type { Keyring } from '../enrolment/keyring.ts'
import type { Log } from '../logger.ts'
import { composeReport, digestsOf } from './message.ts'
import type { OutboxEntry } from './outbox.ts'
import { holdToAskMs } from './hold.ts'
import type { Ask, SendResult } from './send-result.ts'
import { logStanding } from './standing-log.ts'
import type { Acknowledgement, DeliveryStatus } from '../files/status-file.ts'
import type { Transport } from './transport.ts'
import { Waker } from '../waker.ts'

export type ReportPorts = {
  newest(): OutboxEntry | null
  transport: Pick<Transport, 'send'>
  keyring: Pick<Keyring, 'announcement' | 'afterAnswer'>
  log: Log
  /** Told after every attempt. */
  onStatus(status: DeliveryStatus): void
  /** The collector asks for a fresh report: to be answered by `request` with the ask's id. */
  onAsk?(ask: Ask): void
  uptimeMs(): number
  nowMs(): number
  /** Steady clock, ms. */
  steadyMs(): number
  random(): number
}

export type ReportSettings = {
  backoffMaxMs: number
  heartbeatMs: number | null
  /** This server's place in the spread of heartbeats, in [0, 1). */
  spread: number
}

export class ReportLoop {
  readonly #ports: ReportPorts
  readonly #settings: ReportSettings
  readonly #waker = new Waker()
  #state: DeliveryState = startDelivery(newInstance())
  #acknowledged: Acknowledgement | null = null
  /** The poll under way; never rejects. */
  #poll: Promise<void> = Promise.resolve()
  #failure: { error: unknown } | null = null

  constructor(ports: ReportPorts, settings: ReportSettings) {
    this.#ports = ports
    this.#settings = settings
  }

  /** The outbox holds something new. */
  wake(): void {
    this.#waker.wake()
  }

  /** Reports now, even when nothing changed. */
  request(request: ReportRequest): void {
    this.#state = withRequest(this.#state, request)
    this.#waker.wake()
  }

  /** The host's network changed. */
  networkChanged(): void {
    this.#state = withNetworkChanged(this.#state)
    this.#waker.wake()
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const entry = this.#ports.newest()
      const nowMs = this.#ports.steadyMs()
      const plan = planDelivery(this.#state, entry === null ? {} : digestsOf(entry.snapshot), nowMs)
      if (plan.kind === 'send' && entry !== null) {
        if (plan.poll) this.#startPoll(entry, signal)
        else await this.#send(entry, plan.whole, null, signal)
      } else await this.#waker.wait(plan.kind === 'wait' && plan.untilMs !== null ? plan.untilMs - nowMs : null, signal)
      if (this.#failure !== null) throw this.#failure.error
    }
    await this.#poll
  }

  /** Its answer may take a minute, and what changes meanwhile goes past it. */
  #startPoll(entry: OutboxEntry, signal: AbortSignal): void {
    const { heartbeatMs, spread } = this.#settings
    this.#poll = this.#send(entry, null, holdToAskMs(this.#state.hold, heartbeatMs, spread), signal)
      .catch((error: unknown) => {
        this.#failure = { error }
      })
      .finally(() => this.#waker.wake())
  }

  /** The last report of this boot, for a machine that goes down. Whatever is answered, nothing comes of it here. */
  async goodbye(signal: AbortSignal): Promise<void> {
    const entry = this.#ports.newest()
    if (entry === null) return
    const uptimeMs = this.#ports.uptimeMs()
    // One more: a report that was cut off by the stop may have arrived with the next number.
    const seq = nextSeq(this.#state, uptimeMs) + 1
    const { instance } = this.#state
    const envelope = {
      instance,
      seq,
      uptimeMs,
      sentAtMs: this.#ports.nowMs(),
      reason: null,
      answers: null,
      whole: null,
    }
    await this.#ports.transport.send({ ...composeReport(entry.snapshot, envelope), goodbye: 'restarting' }, signal)
  }

  /** `holdMs`: for a poll, how long its answer may be held; null: no poll. */
  async #send(
    { snapshot }: OutboxEntry,
    whole: Attempt['whole'],
    holdMs: number | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { instance, request } = this.#state
    const uptimeMs = this.#ports.uptimeMs()
    const seq = nextSeq(this.#state, uptimeMs)
    const asked = whole === null ? null : request
    const { reason = null, reasonId = null, answers = null } = asked ?? {}
    const sentAtMs = this.#ports.nowMs()
    const report = composeReport(snapshot, { instance, seq, uptimeMs, sentAtMs, reason, reasonId, answers, whole })
    const rotate = this.#ports.keyring.announcement()
    this.#state = withSent(this.#state, seq, holdMs !== null)
    const sentMs = this.#ports.steadyMs()
    const message = rotate === null ? report : { ...report, rotate }
    const result = await this.#ports.transport.send(message, signal, holdMs ?? undefined)
    if (signal.aborted) return
    const tryNow = await this.#ports.keyring.afterAnswer(result, rotate !== null)
    const poll = holdMs === null ? null : { waitMs: holdMs, tookMs: this.#ports.steadyMs() - sentMs }
    const attempt = { seq, whole, digests: digestsOf(snapshot), answers: asked, poll }
    // Refused was the secret, not the report: it goes out again as it is, with another one.
    if (tryNow && result.kind === 'unauthorized')
      this.#state = { ...this.#state, isPolling: this.#state.isPolling && poll === null }
    else this.#takeIn(attempt, result, report.root)
    if (tryNow) this.#state = withHeartbeatDue(this.#state)
    if (result.kind === 'accepted' && result.ask !== null) this.#ports.onAsk?.(result.ask)
  }

  #takeIn(attempt: Attempt, result: SendResult, root: string): void {
    const before = this.#state
    // A request may have come in while the report was on its way; afterSend builds on the state that holds it.
    this.#state = afterSend(before, attempt, result, {
      nowMs: this.#ports.steadyMs(),
      capMs: this.#settings.backoffMaxMs,
      configuredHeartbeatMs: this.#settings.heartbeatMs,
      spread: this.#settings.spread,
      random: () => this.#ports.random(),
      newInstance,
    })
    if (result.kind === 'accepted') this.#acknowledge(attempt, root)
    const problem = 'problem' in result ? result.problem : null
    logStanding(this.#ports.log, before, this.#state, { problem, outcome: result.kind })
    this.#ports.onStatus(this.#status(problem))
  }

  #acknowledge({ seq, answers }: Attempt, root: string): void {
    const freshAsOfMs = answers?.freshAsOfMs ?? this.#acknowledged?.freshAsOfMs ?? null
    this.#acknowledged = { seq, root, at: new Date(this.#ports.nowMs()).toISOString(), freshAsOfMs }
  }

  #status(problem: string | null): DeliveryStatus {
    const { instance, standing, pause } = this.#state
    const waitMs = pause === null ? null : pause.untilMs - this.#ports.steadyMs()
    const nextAttemptAt = waitMs === null ? null : new Date(this.#ports.nowMs() + waitMs).toISOString()
    return { instance, standing, problem, nextAttemptAt, acknowledged: this.#acknowledged }
  }
}

function newInstance(): string {
  return randomBytes(16).toString('hex')
}

// What a result does to the state of delivery. Pure; randomness and new identities are handed in.
import { rootDigest } from '../../shared/digest.ts'
import { SECTION_NAMES, type SectionName } from '../../shared/sections/names.ts'
import { nextDelayMs } from './backoff.ts'
import { type DeliveryState, type Digests, heartbeatMs, type ReportRequest, WANT_ROUNDS_MAX } from './delivery.ts'
import { afterCut, afterHeld, type Hold, pauseMs, retryAfterCutMs } from './hold.ts'
import type { Accepted, SendResult } from './send-result.ts'

/** Longest wait after an answer that only an operator can change. */
const PATIENT_MS_MAX = 15 * 60_000
/** A refused snapshot is tried again after this long even when it did not change: the collector may have been upgraded. */
export const REFUSED_MS = 3_600_000
const RESEND_SPREAD_MS = 60_000
/** No answer takes as long that was not held. */
const HELD_MS_MIN = 1_000
/** Who is asked to look afresh has a report to send soon, over the connection it has. */
const ASKED_MS_MAX = 2_000

export type Attempt = {
  seq: number
  /** Sections sent with their value; null: a heartbeat. */
  whole: readonly SectionName[] | null
  /** Digests of the snapshot that was sent. */
  digests: Digests
  /** The request this report answers; null: none. */
  answers: ReportRequest | null
  /** For a poll: how long its answer might be held, and how long it took, ms. Null: no poll. */
  poll: { waitMs: number; tookMs: number } | null
}

export type AfterSend = {
  nowMs: number
  /** Longest wait between two attempts at a collector that does not answer, ms. */
  capMs: number
  configuredHeartbeatMs: number | null
  /** This server's place in the spread of heartbeats, in [0, 1). */
  spread: number
  random: () => number
  newInstance: () => string
}

export function afterSend(before: DeliveryState, attempt: Attempt, result: SendResult, by: AfterSend): DeliveryState {
  // Of a poll and a report both under way the answers come in any order.
  const lastSeq = Math.max(before.lastSeq, attempt.seq)
  const state = { ...before, lastSeq, isPolling: before.isPolling && attempt.poll === null }
  switch (result.kind) {
    case 'accepted':
      return afterAcceptance(state, attempt, result, by)
    case 'behind':
      return stumble({ ...state, lastSeq: Math.max(state.lastSeq, result.lastSeq) }, by)
    case 'rebase':
      return stumble({ ...state, instance: by.newInstance(), known: {}, resend: null }, by)
    case 'rejected':
      return afterRejection(state, attempt, by)
    case 'conflict':
      return paused({ ...state, standing: 'conflict', known: {} }, patientCap(by), null, by)
    case 'unauthorized':
      return paused({ ...state, standing: 'unauthorized' }, patientCap(by), null, by)
    case 'revoked':
      return { ...state, standing: 'revoked', request: null }
    case 'cut':
      return afterCutPoll(state, result.afterMs, by)
    case 'retry-later':
      return paused({ ...state, standing: 'retrying' }, by.capMs, result.retryAfterMs, by)
    default:
      return result satisfies never
  }
}

function afterAcceptance(before: DeliveryState, attempt: Attempt, result: Accepted, by: AfterSend): DeliveryState {
  // An answer that was held may be overtaken by the collector's wish to be left alone.
  const pause = result.held && before.pause?.demanded === true ? before.pause : null
  const state = { ...before, epoch: result.epoch, askedHeartbeatMs: result.nextInMs, pause, stumbles: 0 }
  const sentAll = SECTION_NAMES.every((name) => attempt.digests[name] === undefined || attempt.whole?.includes(name))
  const replaced = before.epoch !== null && before.epoch !== result.epoch && !sentAll
  const known = replaced ? {} : { ...before.known, ...pick(attempt.digests, attempt.whole ?? []) }
  const honoured = attempt.whole?.some((name) => before.wanted.includes(name)) === true
  const isNewest = attempt.seq >= state.lastSeq
  return {
    ...state,
    ...afterWait(state, attempt, result, by),
    standing: before.refused === null || attempt.whole !== null ? 'reporting' : 'refused',
    known,
    wanted: replaced ? [] : isNewest ? result.want : before.wanted,
    wantRounds: honoured ? [...before.wantRounds, by.nowMs].slice(-WANT_ROUNDS_MAX) : before.wantRounds,
    refused: attempt.whole === null ? before.refused : null,
    resend: replaced ? resendLater(state, attempt, by) : attempt.whole === null ? before.resend : null,
    request: before.request === attempt.answers ? null : before.request,
  }
}

type Waiting = Pick<DeliveryState, 'hold' | 'isHolding' | 'nextHeartbeatMs'>

/** What an answer says about waiting for answers, and when the next one may be waited for. */
function afterWait(
  state: DeliveryState,
  { seq, poll }: Attempt,
  { held, want, ask, nextInMs }: Accepted,
  by: AfterSend,
): Waiting {
  const hold: Hold = { ...state.hold, needsProof: false }
  const paceMs = heartbeatMs(state, by.configuredHeartbeatMs, by.spread)
  const soonMs = ask === null ? by.nowMs : by.nowMs + ASKED_MS_MAX
  if (poll === null) {
    const { isHolding } = state
    // The collector is there, which is all that was to be proved.
    if (state.hold.needsProof) return { hold, isHolding, nextHeartbeatMs: soonMs }
    const pausedMs = pauseMs(hold) === 0 ? soonMs : Math.max(soonMs, state.nextHeartbeatMs)
    return { hold, isHolding, nextHeartbeatMs: isHolding ? pausedMs : by.nowMs + paceMs }
  }
  if (held) {
    // Answered early with something in it, or because a newer report of ours went past it: that is what waiting is for.
    const hasReason = ask !== null || want.length > 0 || seq < state.lastSeq
    const next = hasReason ? hold : afterHeld(hold, poll.tookMs, poll.waitMs)
    return { hold: next, isHolding: true, nextHeartbeatMs: soonMs + pauseMs(next) }
  }
  // Answered at once for a reason, or held until the collector stopped: it is worth waiting again.
  const isHolding = poll.tookMs >= HELD_MS_MIN || (state.isHolding && (want.length > 0 || ask !== null))
  return { hold, isHolding, nextHeartbeatMs: by.nowMs + Math.min(paceMs, nextInMs ?? Infinity) }
}

/** It was heard, as far as we know: no reason to hold back what changes meanwhile. */
function afterCutPoll(state: DeliveryState, afterMs: number, by: AfterSend): DeliveryState {
  const hold = afterCut(state.hold, afterMs)
  const paceMs = heartbeatMs(state, by.configuredHeartbeatMs, by.spread)
  return { ...state, hold, nextHeartbeatMs: by.nowMs + retryAfterCutMs(hold, paceMs, by.random()) }
}

function resendLater(state: DeliveryState, attempt: Attempt, by: AfterSend): DeliveryState['resend'] {
  const overMs = Math.min(RESEND_SPREAD_MS, heartbeatMs(state, by.configuredHeartbeatMs, by.spread))
  return { root: rootDigest(attempt.digests), atMs: by.nowMs + by.random() * overMs }
}

/** The body is poison: never again as it is, but the collector still hears that we live and what the root digest is. */
function afterRejection(state: DeliveryState, attempt: Attempt, by: AfterSend): DeliveryState {
  if (attempt.whole === null) return paused({ ...state, standing: 'refused' }, patientCap(by), null, by)
  const refused = { root: rootDigest(attempt.digests), untilMs: by.nowMs + REFUSED_MS }
  const nextHeartbeatMs = by.nowMs + heartbeatMs(state, by.configuredHeartbeatMs, by.spread)
  return { ...state, standing: 'refused', refused, request: null, pause: null, nextHeartbeatMs }
}

/** Another numbering is tried at once, but a collector that is never content is met with patience. */
function stumble(state: DeliveryState, by: AfterSend): DeliveryState {
  const next = { ...state, stumbles: state.stumbles + 1 }
  return next.stumbles === 1 ? next : paused({ ...next, standing: 'retrying' }, by.capMs, null, by)
}

function paused(state: DeliveryState, capMs: number, retryAfterMs: number | null, by: AfterSend): DeliveryState {
  const previousMs = state.pause?.delayMs ?? null
  const delayMs = nextDelayMs({ previousMs, capMs, retryAfterMs, random: by.random })
  return { ...state, pause: { untilMs: by.nowMs + delayMs, delayMs, demanded: retryAfterMs !== null } }
}

function patientCap({ capMs }: AfterSend): number {
  return Math.min(PATIENT_MS_MAX, 3 * capMs)
}

function pick(digests: Digests, names: readonly SectionName[]): Digests {
  return Object.fromEntries(names.map((name) => [name, digests[name]]))
}

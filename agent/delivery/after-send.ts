// What a result does to the state of delivery. Pure; randomness and new identities are handed in.
import { rootDigest } from '../../shared/digest.ts'
import { SECTION_NAMES, type SectionName } from '../../shared/sections/names.ts'
import { nextDelayMs } from './backoff.ts'
import { type DeliveryState, type Digests, heartbeatMs, type ReportRequest, WANT_ROUNDS_MAX } from './delivery.ts'
import type { SendResult } from './send-result.ts'

/** Longest wait after an answer that only an operator can change. */
const PATIENT_MS_MAX = 15 * 60_000
/** A refused snapshot is tried again after this long even when it did not change: the collector may have been upgraded. */
export const REFUSED_MS = 3_600_000
const RESEND_SPREAD_MS = 60_000

export type Attempt = {
  seq: number
  /** Sections sent with their value; null: a heartbeat. */
  whole: readonly SectionName[] | null
  /** Digests of the snapshot that was sent. */
  digests: Digests
  /** The request this report answers; null: none. */
  answers: ReportRequest | null
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
  const state = { ...before, lastSeq: attempt.seq }
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
    case 'retry-later':
      return paused({ ...state, standing: 'retrying' }, by.capMs, result.retryAfterMs, by)
    default:
      return result satisfies never
  }
}

type Accepted = Extract<SendResult, { kind: 'accepted' }>

function afterAcceptance(before: DeliveryState, attempt: Attempt, result: Accepted, by: AfterSend): DeliveryState {
  const state = { ...before, epoch: result.epoch, askedHeartbeatMs: result.nextInMs, pause: null, stumbles: 0 }
  const sentAll = SECTION_NAMES.every((name) => attempt.digests[name] === undefined || attempt.whole?.includes(name))
  const replaced = before.epoch !== null && before.epoch !== result.epoch && !sentAll
  const known = replaced ? {} : { ...before.known, ...pick(attempt.digests, attempt.whole ?? []) }
  const honoured = attempt.whole?.some((name) => before.wanted.includes(name)) === true
  return {
    ...state,
    standing: before.refused === null || attempt.whole !== null ? 'reporting' : 'refused',
    known,
    wanted: replaced ? [] : result.want,
    wantRounds: honoured ? [...before.wantRounds, by.nowMs].slice(-WANT_ROUNDS_MAX) : before.wantRounds,
    refused: attempt.whole === null ? before.refused : null,
    resend: replaced ? resendLater(state, attempt, by) : attempt.whole === null ? before.resend : null,
    nextHeartbeatMs: by.nowMs + heartbeatMs(state, by.configuredHeartbeatMs, by.spread),
    request: before.request === attempt.answers ? null : before.request,
  }
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

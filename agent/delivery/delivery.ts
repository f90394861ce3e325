// When to send, and what. Pure: a state, the digests of the newest snapshot and the time give the next step;
// `after-send.ts` turns a result into the next state. The loop around them only waits and posts.
//
// The rule: the collector holds what it acknowledged; everything else that is true now is owed to it. Nothing owed:
// a heartbeat with the root digest, which the collector answers with the sections it disagrees about.
import { rootDigest } from '../../shared/digest.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import { SECTION_NAMES, type SectionName } from '../../shared/sections/names.ts'
import { type Hold, startHold } from './hold.ts'

/** How often within a minute sections are sent again because the collector wants them: a collector that always wants them is ill. */
export const WANT_ROUNDS_MAX = 3
export const WANT_WINDOW_MS = 60_000

export type Digests = Readonly<Partial<Record<SectionName, string>>>

/** Heartbeats come up to this part of their time early. */
const SPREAD_PART = 0.05

/** How the agent stands with its collector. */
export type Standing = 'starting' | 'reporting' | 'retrying' | 'unauthorized' | 'refused' | 'conflict' | 'revoked'

/** A person or script asked for a report now. */
export type ReportRequest = {
  /** Everything was read at or after this moment of the machine's steady clock (see steady-clock.ts), ms. */
  freshAsOfMs: number
  reason: string | null
  /** Stays with the reason however often it is told: the collector keeps one. Null or missing: no reason. */
  reasonId?: string | null
  /** The collector's ask that the report answers; null or missing: somebody on this host asked. */
  answers?: string | null
}

export type DeliveryState = {
  readonly standing: Standing
  /** 128 random bits of this process, hex; a new one when the collector asks for it. */
  readonly instance: string
  readonly lastSeq: number
  /** Digests the collector acknowledged in this epoch. */
  readonly known: Digests
  readonly epoch: string | null
  /** Sections the collector asked for, whatever we think it knows. */
  readonly wanted: readonly SectionName[]
  /** When wanted sections were sent lately. */
  readonly wantRounds: readonly number[]
  /** After a failure: not before then. `demanded`: the collector itself asked for patience. */
  readonly pause: { untilMs: number; delayMs: number; demanded: boolean } | null
  readonly nextHeartbeatMs: number
  /** What the collector asked for; null: nothing yet. */
  readonly askedHeartbeatMs: number | null
  /** A snapshot the collector will never take as it is, and when to try it all the same. */
  readonly refused: { root: string; untilMs: number } | null
  /** Everything again for a collector whose store was replaced, spread over a while so that a fleet does not do it together. */
  readonly resend: { root: string; atMs: number } | null
  readonly request: ReportRequest | null
  readonly hold: Hold
  /** A poll is under way: it is the heartbeat for as long as its answer is held. */
  readonly isPolling: boolean
  /** The collector held the last answer that it had nothing to put into; true until it shows otherwise. */
  readonly isHolding: boolean
  /** Results in a row that asked for another numbering. */
  readonly stumbles: number
}

export type DeliveryPlan =
  | { kind: 'wait'; untilMs: number | null }
  /** `whole`: sections sent with their value; null: a heartbeat. `poll`: its answer may be held. */
  | { kind: 'send'; whole: readonly SectionName[] | null; poll: boolean }

export function startDelivery(instance: string): DeliveryState {
  return {
    standing: 'starting',
    instance,
    lastSeq: 0,
    known: {},
    epoch: null,
    wanted: [],
    wantRounds: [],
    pause: null,
    nextHeartbeatMs: -Infinity,
    askedHeartbeatMs: null,
    refused: null,
    resend: null,
    request: null,
    hold: startHold(),
    isPolling: false,
    isHolding: true,
    stumbles: 0,
  }
}

/** What to do at `nowMs` of a steady clock. */
export function planDelivery(state: DeliveryState, digests: Digests, nowMs: number): DeliveryPlan {
  if (state.standing === 'revoked' || Object.keys(digests).length === 0) return { kind: 'wait', untilMs: null }
  if (state.pause !== null && nowMs < state.pause.untilMs) return { kind: 'wait', untilMs: state.pause.untilMs }

  const owed = owedSections(state, digests, nowMs)
  if (owed.kind === 'now') return { kind: 'send', whole: owed.whole, poll: false }
  if (state.isPolling) return { kind: 'wait', untilMs: owed.atMs === Infinity ? null : owed.atMs }
  // Before the first acknowledgement there is nothing to wait for.
  const poll = state.epoch !== null && !state.hold.needsProof
  if (nowMs >= state.nextHeartbeatMs) return { kind: 'send', whole: null, poll }
  return { kind: 'wait', untilMs: Math.min(state.nextHeartbeatMs, owed.atMs) }
}

/** A report left with this number. */
export function withSent(state: DeliveryState, seq: number, poll: boolean): DeliveryState {
  return { ...state, lastSeq: seq, isPolling: state.isPolling || poll }
}

/** A heartbeat is due at once. */
export function withHeartbeatDue(state: DeliveryState): DeliveryState {
  return { ...state, nextHeartbeatMs: -Infinity }
}

/** A request lifts a pause of our own making, but not one the collector asked for. */
export function withRequest(state: DeliveryState, request: ReportRequest): DeliveryState {
  return { ...withoutOwnPause(state), request }
}

/** What did not get through may do so now: tried at once, unless the collector asked for patience. */
export function withNetworkChanged(state: DeliveryState): DeliveryState {
  return withHeartbeatDue(withoutOwnPause(state))
}

function withoutOwnPause(state: DeliveryState): DeliveryState {
  return state.pause?.demanded === true ? state : { ...state, pause: null }
}

/** Next number: rises within a boot without stored state, and after a rewound clock or a jump asked for by the collector. */
export function nextSeq(state: DeliveryState, uptimeMs: number): number {
  return Math.max(state.lastSeq + 1, Math.floor(uptimeMs))
}

/** Time between heartbeats: the host's setting, else the collector's wish, made a little shorter by the server's own `spread`. */
export function heartbeatMs(state: DeliveryState, configuredMs: number | null, spread: number): number {
  return (configuredMs ?? state.askedHeartbeatMs ?? HEARTBEAT_MS) * (1 - spread * SPREAD_PART)
}

type Owed = { kind: 'now'; whole: readonly SectionName[] } | { kind: 'later'; atMs: number }

function owedSections(state: DeliveryState, digests: Digests, nowMs: number): Owed {
  // Of two live copies neither is believed: the collector sees by the heartbeats alone which of them goes away.
  if (state.standing === 'conflict') return { kind: 'later', atMs: Infinity }
  const root = rootDigest(digests)
  if (state.refused?.root === root && nowMs < state.refused.untilMs)
    return { kind: 'later', atMs: state.refused.untilMs }
  if (state.resend?.root === root && nowMs < state.resend.atMs && state.request === null) {
    return { kind: 'later', atMs: state.resend.atMs }
  }
  const present = SECTION_NAMES.filter((name) => digests[name] !== undefined)
  const changed = present.filter((name) => digests[name] !== state.known[name])
  const wanted = present.filter((name) => state.wanted.includes(name))
  const wantedAtMs = wanted.length === 0 ? Infinity : nextWantRoundMs(state)
  if (changed.length === 0 && state.request === null && nowMs < wantedAtMs) return { kind: 'later', atMs: wantedAtMs }
  return { kind: 'now', whole: present.filter((name) => changed.includes(name) || wanted.includes(name)) }
}

function nextWantRoundMs({ wantRounds }: DeliveryState): number {
  const first = wantRounds.at(-WANT_ROUNDS_MAX)
  return first === undefined ? -Infinity : first + WANT_WINDOW_MS
}

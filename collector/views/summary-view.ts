// The fleet in one sentence and a few counts. Only active servers count, but for `lifecycle`.
import type { BlindNotice, BlindReason } from '../../shared/judgement/blind-notice.ts'
import { formatDuration } from '../../shared/judgement/duration.ts'
import type {
  Exposure,
  ExposureMissing,
  Lifecycle,
  PromotionReason,
  Reporting,
  State,
} from '../../shared/judgement/verdict.ts'
import { nameOf, type ServerRecord } from '../store/records.ts'
import { toRfc3339 } from './rfc3339.ts'

type FleetCounts = Readonly<{
  total: number
  state: Readonly<Record<State, number>>
  reporting: Readonly<Record<Reporting, number>>
  exposure: Readonly<Record<Exposure, number>>
  promoted: number
  reasons: Readonly<Record<PromotionReason, number>>
  /** Somebody knows, and has said until when; not among the promoted. */
  snoozed: number
  /** State unknown, or no longer heard whatever the state. */
  cannotTell: number
  lifecycle: Readonly<Record<Lifecycle, number>>
  /** Servers whose exposure is unknown, by what is missing. */
  exposureMissing: Readonly<Record<ExposureMissing, number>>
}>

/** What the projection answers. */
export type Fleet = {
  counts(): FleetCounts
  /** Active servers, most urgent first. */
  inOrder(): readonly ServerRecord[]
  /** Epoch ms; null: nobody was ever heard. */
  newestContactAt(): number | null
}

export type Summary = FleetCounts & {
  /** The restart pending for longest. */
  oldest: { id: string; name: string; since: string | null } | null
  sentence: string
  /** The servers are invented. */
  demo: boolean
  /** The collector was blind itself: `servers` are not called late or silent because of it. */
  blind: { since: string; reason: BlindReason; servers: number } | null
  lastReportAt: string | null
  asOf: string
}

export function toSummary(fleet: Fleet, blind: BlindNotice | null, now: number, isDemo = false): Summary {
  const counts = fleet.counts()
  const oldest = oldestNeed(fleet.inOrder())
  return {
    ...counts,
    oldest: oldest === null ? null : { id: oldest.id, name: nameOf(oldest), since: toRfc3339(oldest.verdict.since) },
    sentence: `${isDemo ? 'Demo data. ' : ''}${sentenceOf(counts, oldest, now)}`,
    demo: isDemo,
    blind: blind === null ? null : { ...blind, since: toRfc3339(blind.since) },
    lastReportAt: toRfc3339(fleet.newestContactAt()),
    asOf: toRfc3339(now),
  }
}

/** A list never changes: while nothing happens, every reader of the summary gets the answer of the first. */
const oldestIn = new WeakMap<readonly ServerRecord[], { server: ServerRecord | null }>()

function oldestNeed(inOrder: readonly ServerRecord[]): ServerRecord | null {
  const known = oldestIn.get(inOrder) ?? { server: findOldest(inOrder) }
  oldestIn.set(inOrder, known)
  return known.server
}

/** Whoever needs a restart or a person comes first: behind them is nobody whose need could be older. */
function findOldest(inOrder: readonly ServerRecord[]): ServerRecord | null {
  let oldest: ServerRecord | null = null
  for (const server of inOrder) {
    if (!server.verdict.promoted && server.verdict.state !== 'restart-required') break
    if (isOlder(server, oldest)) oldest = server
  }
  return oldest
}

function isOlder({ verdict }: ServerRecord, than: ServerRecord | null): boolean {
  if (verdict.state !== 'restart-required' || verdict.since === null) return false
  return verdict.since < (than?.verdict.since ?? Infinity)
}

function sentenceOf(counts: FleetCounts, oldest: ServerRecord | null, now: number): string {
  const { total, promoted, cannotTell } = counts
  const required = counts.state['restart-required']
  if (total === 0) return 'No server is registered yet.'
  if (promoted > 0) return `${need(promoted, total)} a person now: ${reasonList(counts)}.${oldestPart(oldest, now)}`
  if (required > 0) {
    return `${need(required, total)} a restart, not yet for longer than policy allows.${oldestPart(oldest, now)}`
  }
  if (cannotTell > 0) return blindSentence(cannotTell, total)
  const waiting = counts.state.deferrable
  const addition = waiting === 0 ? '' : `, ${inWords(waiting)} can wait`
  return total === 1
    ? 'The one server needs no restart now.'
    : `None of ${inWords(total)} servers needs a restart now${addition}.`
}

function blindSentence(cannotTell: number, total: number): string {
  if (total === 1) return 'Nobody can tell whether the one server needs a restart.'
  const count = cannotTell === total ? 'any' : inWords(cannotTell)
  return `No restart is known to be needed, but nobody can tell for ${count} of ${inWords(total)} servers.`
}

function need(count: number, total: number): string {
  if (total === 1) return 'The one server needs'
  if (count === total) return `All ${inWords(total)} servers need`
  return `${inWords(count)} of ${inWords(total)} servers ${count === 1 ? 'needs' : 'need'}`
}

function reasonList({ reasons }: FleetCounts): string {
  const named = (['exposed', 'stale', 'silent'] as const).filter((reason) => reasons[reason] > 0)
  return named.map((reason) => `${inWords(reasons[reason])} ${reason}`).join(', ')
}

function oldestPart(oldest: ServerRecord | null, now: number): string {
  if (oldest?.verdict.since === undefined || oldest.verdict.since === null) return ''
  return ` Oldest: ${nameOf(oldest)}, ${formatDuration(now - oldest.verdict.since)}.`
}

/** 4,812: the same on every machine, whatever its locale. */
function inWords(value: number): string {
  return value.toLocaleString('en')
}

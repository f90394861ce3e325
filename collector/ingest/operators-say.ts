// What operators said of a server, weighed with what it reported: declared ports count as long as they are meant to, and a
// snooze ends when its time is over, when the restart it was given for was made, or when another reason comes. Pure.
import {
  declaredRow,
  declaredSummary,
  foundIn,
  type PortDeclaration,
} from '../../shared/judgement/port-declarations.ts'
import { snoozeEnd, type Snooze, type SnoozeEnd } from '../../shared/judgement/snooze.ts'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { Verdict } from '../../shared/judgement/verdict.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { ListenersSummary } from '../../shared/sections/summaries.ts'
import type { ServerRecord } from '../store/records.ts'

type Weighed = { record: ServerRecord; events: HistoryEvent[] }

/** With the declarations that still count at `now`, and the ports as they are by them. */
export function withDeclaredPorts(record: ServerRecord, now: number): Weighed {
  const { declarations: all = null, declaredListeners: before = null } = record
  if (all === null) return { record, events: [] }
  const held = all.filter(({ until }) => now < until)
  const events = all.filter(({ until }) => now >= until).map((one) => declarationEnded(one, 'expired'))
  const declarations = held.length === 0 ? null : held.length === all.length ? all : held
  const summary = summaryWith(held, record.sections.listeners?.value ?? null)
  // The same object where it says the same: what is not the same is written again.
  const declaredListeners = JSON.stringify(summary) === JSON.stringify(before) ? before : summary
  return { record: { ...record, declarations, declaredListeners }, events }
}

/** Null: the host's own summary stands. */
function summaryWith(held: readonly PortDeclaration[], told: ListenersSummary | null): ListenersSummary | null {
  if (told === null) return null
  const summary = declaredSummary(told, held)
  return summary === told ? null : summary
}

/** With what listens now at the ports that were declared. `rows`: the list that came with a report. */
export function withFoundPorts(record: ServerRecord, rows: ListenersSection | undefined): ServerRecord {
  const { declarations = null } = record
  if (declarations === null || rows === undefined) return record
  return { ...record, declarations: declarations.map((one) => foundIn(one, rows)) }
}

/** A list of the host's as it is with what was declared. */
export function declaredRows({ declarations }: ServerRecord, rows: ListenersSection): ListenersSection {
  return (declarations ?? null) === null ? rows : rows.map((row) => declaredRow(row, declarations ?? []))
}

export function declarationEnded(
  { protocol, family, port, verdict, by }: PortDeclaration,
  because: 'expired' | 'operator',
  actor: string | null = null,
): HistoryEvent {
  const data = { protocol, family, port, verdict, by, because, ...(actor === null ? {} : { actor }) }
  return { type: 'port-declaration-ended', cause: null, data }
}

/** `events`: what happened since the verdict before. While a snooze holds, nobody is asked to look. */
export function withSnooze(record: ServerRecord, events: readonly HistoryEvent[], now: number): Weighed {
  const { snooze, verdict } = record
  if (snooze === undefined || snooze === null) return { record, events: [] }
  const because = snoozeEnd(snooze, verdict, events.some(isOtherNeed), now)
  if (because === null) return { record: { ...record, verdict: { ...verdict, promoted: false } }, events: [] }
  return { record: { ...record, snooze: null }, events: [snoozeEnded(snooze, because)] }
}

export function snoozeEnded({ by, reason }: Snooze, because: SnoozeEnd, actor: string | null = null): HistoryEvent {
  const data = { by, reason, because, ...(actor === null ? {} : { actor }) }
  return { type: 'snooze-ended', cause: null, data }
}

/**
 * A server that was restarted and needs it again has another need than the one that was put off; so has one that was put
 * off for a service that runs old code, or for its silence, and needs a restart now.
 */
function isOtherNeed({ type }: HistoryEvent): boolean {
  return type === 'restart-required' || type === 'restart-cleared' || type === 'restarted-still-required'
}

/** The verdict is to be looked at again when the first of what was said is over. */
export function untilOperatorsEnd(verdict: Verdict, { snooze, declarations }: ServerRecord): Verdict {
  const ends = [verdict.nextJudgementAt, snooze?.until, ...(declarations ?? []).map(({ until }) => until)]
  const known = ends.filter((at) => typeof at === 'number')
  const nextJudgementAt = known.length === 0 ? null : Math.min(...known)
  return nextJudgementAt === verdict.nextJudgementAt ? verdict : { ...verdict, nextJudgementAt }
}

// What operators said of an invented fleet: restarts that have a date, ports they know more about than the host. Pure; each
// server is told of by itself, so that a fleet of any size has some of each.
import { operatorEvent, type Operator } from '../actions/change-server.ts'
import { judgeRecord } from '../ingest/judge-record.ts'
import { snoozeEnded } from '../ingest/operators-say.ts'
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import { foundIn } from '../../shared/judgement/port-declarations.ts'
import { canBeSnoozed, coveredBy, type Snooze } from '../../shared/judgement/snooze.ts'
import type { AuditRecord, ServerRecord } from '../store/records.ts'
import { mix, type DemoServer } from './demo-server.ts'
import type { Past } from './demo-past.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const SNOOZE_REASONS = [
  'restarts with the release on Tuesday',
  'the vendor has to be there, OPS-231',
  'after the end of the month',
] as const

/** What the audit keeps of it besides the event. */
export type Said = Past & { audit?: Omit<AuditRecord, 'id'> }

/** `by`: who said it. */
type Person = Pick<Operator, 'actor' | 'name'>

/** The server as it is with what was said of it, and what history has of that. `past`: what it went through before. */
export function withOperators<S extends Pick<DemoServer, 'record' | 'stored'>>(
  server: S,
  index: number,
  now: number,
  past: readonly Past[],
  by: Person,
): { server: S; said: Said[] } {
  const said = endedSnooze(server.record, index, past, by)
  const changed = snoozed(server, index, now, by) ?? declared(server, index, now, by)
  if (changed === null) return { server, said }
  return { server: { ...server, record: rejudged(changed.record, now) }, said: [...said, changed.told] }
}

type Changed = { record: ServerRecord; told: Said }

/** One in four of those that need a restart, and are heard. */
function snoozed({ record }: Pick<DemoServer, 'record'>, index: number, now: number, by: Person): Changed | null {
  const { verdict } = record
  const isFit = canBeSnoozed(verdict) && verdict.reporting === 'current' && verdict.since !== null
  if (!isFit || mix(index, 60) % 4 !== 0) return null
  const at = Math.max(now - (2 + (mix(index, 61) % 30)) * HOUR_MS, ((verdict.since ?? now) + now) / 2)
  const until = now + (1 + (mix(index, 62) % 5)) * DAY_MS + 3 * HOUR_MS
  const snooze: Snooze = { until, reason: reasonOf(index), by: by.name, at, covers: coveredBy(verdict) }
  return { record: { ...record, snooze }, told: given(record.id, snooze, by) }
}

/** One in eight of those whose port may be open or not, as far as their host can see. */
function declared(
  { record, stored }: Pick<DemoServer, 'record' | 'stored'>,
  index: number,
  now: number,
  by: Person,
): Changed | null {
  const [row] = stored.listeners
  if (row?.verdict !== 'unknown' || mix(index, 63) % 8 !== 0) return null
  const at = now - (3 + (mix(index, 64) % 20)) * DAY_MS
  const wish = { protocol: row.protocol, port: row.port, family: null, verdict: 'filtered' } as const
  const said = { ...wish, reason: 'only the load balancer is let in, NET-12', until: at + 90 * DAY_MS }
  const told = { ...wish, until: new Date(said.until).toISOString(), reason: said.reason }
  const declaration = foundIn({ ...said, by: by.name, at, found: [] }, stored.listeners)
  return {
    record: { ...record, declarations: [declaration] },
    told: toldOf({ type: 'port-declared', action: 'server.declare-port' }, record.id, at, told, by),
  }
}

/** Of one in six, a restart that waited had a date, and was made. */
function endedSnooze({ id }: ServerRecord, index: number, past: readonly Past[], by: Person): Said[] {
  const needed = past.find(({ event }) => event.type === 'restart-required')
  const cleared = past.find(({ event }) => event.type === 'restart-cleared')
  if (needed === undefined || cleared === undefined || mix(index, 65) % 6 !== 0) return []
  const at = needed.at + (cleared.at - needed.at) / 2
  const snooze: Snooze = { until: cleared.at + DAY_MS, reason: reasonOf(index), by: by.name, at, covers: ['stale'] }
  return [given(id, snooze, by), { at: cleared.at, event: snoozeEnded(snooze, 'cleared') }]
}

function given(id: string, { at, until, reason }: Snooze, by: Person): Said {
  const told = { until: new Date(until).toISOString(), reason }
  return toldOf({ type: 'snoozed', action: 'server.snooze' }, id, at, told, by)
}

function toldOf(
  { type, action }: { type: 'snoozed' | 'port-declared'; action: string },
  subject: string,
  at: number,
  told: Record<string, unknown>,
  by: Person,
): Said {
  const audit = { at, actor: by.actor, action, subject, detail: { ...told, from: null } }
  return { at, event: operatorEvent(type, { ...by, at, from: null }, told), audit }
}

function reasonOf(index: number): string {
  return SNOOZE_REASONS[mix(index, 66) % SNOOZE_REASONS.length] ?? SNOOZE_REASONS[0]
}

function rejudged(record: ServerRecord, now: number): ServerRecord {
  return judgeRecord(record, record.lastContactAt, DEFAULT_POLICY, now).record
}

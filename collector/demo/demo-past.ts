// What an invented fleet went through: restarts it needed before, and how it stood on each of the last days. Both are told
// from the same needs, so that history and pictures agree. Pure.
import { DEFAULT_POLICY, staleAfterMs } from '../../shared/judgement/policy.ts'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import { applicationOf, type DayTally, type ServerRecord } from '../store/records.ts'
import { mix, type DemoServer } from './demo-server.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const DAYS = 90
/** Updates that ask for a restart come in waves, as those of distributions do. */
const WAVES = 9
const WAVE_EVERY_MS = 13 * DAY_MS
/** Later ones have no past: a fleet for measuring is to be there soon. */
const WITH_PAST_MAX = 2_000

type Server = Pick<DemoServer, 'record'>
type Need = { from: number; to: number }
export type Past = { at: number; event: HistoryEvent }

/** Restarts needed and made before the present one, oldest first. */
export function pastOf(server: Server, index: number, now: number): Past[] {
  const packages = ['linux-base']
  return pastNeeds(server.record, index, now).flatMap(({ from, to }) => [
    { at: from, event: { type: 'restart-required', cause: null, data: { packages } } },
    ...staleIn(server.record, from, to),
    { at: to, event: { type: 'restart-cleared', cause: 'restarted', data: {} } },
  ])
}

/** What history tells of the present need, and of silence. */
export function presentOf({ record }: Server, now: number): Past[] {
  const { baseline, since, packages, reporting } = record.verdict
  const isSilent = reporting === 'silent' && record.lastContactAt !== null
  const silentAt = (record.lastContactAt ?? 0) + DEFAULT_POLICY.silentAfterMs
  const silent: Past[] = isSilent ? [{ at: silentAt, event: { type: 'silent', cause: null, data: {} } }] : []
  if (baseline?.need !== 'restart-required' || since === null) return silent
  const required: Past = { at: since, event: { type: 'restart-required', cause: null, data: { packages } } }
  return [required, ...staleIn(record, since, isSilent ? silentAt : now), ...silent]
}

/** How the fleet and each application stood at the end of each of the last days, today left out. */
export function* pastDays(servers: readonly Server[], now: number) {
  const lives = servers.map(({ record }, index) => ({
    record,
    needs: [...pastNeeds(record, index, now), ...presentNeed(record)],
  }))
  const today = Math.floor(now / DAY_MS)
  for (let day = today - DAYS; day < today; day++) {
    const tallies = new Map<string | null, DayTally>()
    for (const { record, needs } of lives) {
      const place = placeAt(record, needs, (day + 1) * DAY_MS)
      for (const name of new Set([null, applicationOf(record)])) {
        const tally = tallies.get(name) ?? { promoted: 0, restartRequired: 0, cannotTell: 0, total: 0 }
        tally.total += 1
        if (place !== null) tally[place] += 1
        tallies.set(name, tally)
      }
    }
    yield { day, tallies }
  }
}

function pastNeeds(record: ServerRecord, index: number, now: number): Need[] {
  if (index >= WITH_PAST_MAX || mix(index, 30) % 4 === 0) return []
  const wave = 1 + (mix(index, 31) % WAVES)
  const from = now - wave * WAVE_EVERY_MS + (mix(index, 32) % 40) * HOUR_MS
  // Most within days; one in ten is forgotten for longer.
  const waitHours = 6 + (mix(index, 33) % 190) + (mix(index, 34) % 10 === 0 ? 300 : 0)
  const to = from + waitHours * HOUR_MS
  const present = presentNeed(record)[0]?.from ?? now
  const quietFrom = Math.min(present, record.lastContactAt ?? now)
  return to < quietFrom && from > record.createdAt ? [{ from, to }] : []
}

function presentNeed({ verdict }: ServerRecord): Need[] {
  if (verdict.baseline?.need !== 'restart-required' || verdict.since === null) return []
  return [{ from: verdict.since, to: Infinity }]
}

function staleIn(record: ServerRecord, from: number, to: number): Past[] {
  const at = from + limitOf(record)
  return at < to ? [{ at, event: { type: 'stale', cause: null, data: {} } }] : []
}

function placeAt(record: ServerRecord, needs: readonly Need[], at: number): 'promoted' | 'restartRequired' | null {
  const need = needs.find(({ from, to }) => from <= at && at < to)
  const isSilent =
    record.verdict.reporting === 'silent' && at > (record.lastContactAt ?? at) + DEFAULT_POLICY.silentAfterMs
  // Silence alone asks for a person.
  if (isSilent) return 'promoted'
  if (need === undefined) return null
  const isPromoted = record.verdict.exposure === 'exposed' || at - need.from >= limitOf(record)
  return isPromoted ? 'promoted' : 'restartRequired'
}

function limitOf({ verdict }: ServerRecord): number {
  return staleAfterMs(DEFAULT_POLICY.staleAfter, verdict.exposure === 'exposed')
}

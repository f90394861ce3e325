// What judgement, lists and queries need of the sections that may be large. The lists themselves stay on disk.
import { OPEN_PORTS_MAX, OUTDATED_UNITS_MAX } from '../protocol/limits.ts'
import type { Listener, ListenersSection } from './listeners.ts'
import type { PackagesSection } from './packages.ts'
import type { ProcessesSection } from './processes.ts'

export type OpenPort = Pick<Listener, 'protocol' | 'family' | 'port' | 'unit'> & { verdict: 'exposed' | 'unknown' }

export type ListenersSummary = {
  /** Rows of the section. */
  count: number
  /** The worst listener's: exposed before unknown before filtered. `filtered` when nothing listens at all. */
  exposure: Listener['verdict']
  /** Ports that may be reached, each once with its worst verdict, exposed ones first: as many as are kept. */
  openPorts: OpenPort[]
  /** How many there are in truth. */
  openPortsCount: number
  /** Of the ports that are exposed, one is because somebody said so; there only where one is. */
  isDeclaredExposed?: true
  /** Why the first of the ports that may be reached is not judged; there only where `exposure` is unknown. */
  missing?: string
}

export type PackagesSummary = { count: number }

export type ProcessesSummary = {
  /** Processes that run what packages replaced. */
  count: number
  /** Units of the system that hold one of them, sorted: as many as are kept. */
  units: string[]
  /** How many there are in truth. */
  unitsCount: number
  /** Names of the packages they run the old files of, as many as are kept. */
  packages: string[]
  /** Why there may be more; there only where there may. */
  missing?: string
}

export function summarizeListeners(rows: ListenersSection): ListenersSummary {
  const ports = new Map<string, OpenPort>()
  for (const { protocol, family, port, verdict, unit } of rows) {
    if (verdict === 'filtered') continue
    const key = `${protocol}${family}:${port}`
    if (verdict !== 'exposed' && ports.has(key)) continue
    ports.set(key, { protocol, family, port, verdict, ...(unit === undefined ? {} : { unit }) })
  }
  const all = [...ports.values()].sort(byUrgencyOfPort)
  const exposure = all[0]?.verdict ?? 'filtered'
  const missing = exposure === 'unknown' ? rows.find((row) => row.verdict === 'unknown')?.reason : undefined
  const isDeclaredExposed = rows.some(({ verdict, declared }) => verdict === 'exposed' && declared?.isExpired === false)
  return {
    count: rows.length,
    exposure,
    openPorts: all.slice(0, OPEN_PORTS_MAX),
    openPortsCount: all.length,
    ...(isDeclaredExposed ? { isDeclaredExposed } : {}),
    ...(missing === undefined ? {} : { missing }),
  }
}

export function summarizePackages(entries: PackagesSection): PackagesSummary {
  return { count: entries.length }
}

export function summarizeProcesses({ outdated, count, missing }: ProcessesSection): ProcessesSummary {
  const packaged = outdated.filter(({ isLocal }) => isLocal !== true)
  // What runs in a session is its user's to end, and no unit to restart.
  const units = sortedOnce(packaged.flatMap(({ unit, remedy }) => (remedy === 'relogin' ? [] : (unit ?? []))))
  return {
    count,
    units: units.slice(0, OUTDATED_UNITS_MAX),
    unitsCount: units.length,
    packages: sortedOnce(packaged.flatMap(({ packages }) => packages)).slice(0, OUTDATED_UNITS_MAX),
    ...(missing === null ? {} : { missing }),
  }
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}

function byUrgencyOfPort(a: OpenPort, b: OpenPort): number {
  if (a.verdict !== b.verdict) return a.verdict === 'exposed' ? -1 : 1
  return a.port - b.port || (a.protocol === b.protocol ? a.family - b.family : a.protocol < b.protocol ? -1 : 1)
}

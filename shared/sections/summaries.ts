// What judgement, lists and queries need of the sections that may be large. The lists themselves stay on disk.
import { OPEN_PORTS_MAX, OUTDATED_SERVICE_PACKAGES_MAX, OUTDATED_UNITS_MAX } from '../protocol/limits.ts'
import type { ComponentsSection } from './components.ts'
import type { Listener, ListenersSection } from './listeners.ts'
import type { PackagesSection } from './packages.ts'
import type { OutdatedGroup, ProcessesSection, Remedy } from './processes.ts'
import type { UpdatesHealth, UpdatesSection } from './updates.ts'

export type OpenPort = Pick<Listener, 'protocol' | 'family' | 'port' | 'unit'> & {
  verdict: 'exposed' | 'unknown'
  /** A container answers it, whatever unit holds the socket. */
  isContainer?: true
}

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

/** A unit of the system that runs what packages replaced. */
export type OldService = {
  unit: string
  /** Names of those packages; [] where none is known. */
  packages: readonly string[]
  /** How many there are besides those named. */
  packagesMore: number
  remedy: Remedy
}

export type ProcessesSummary = {
  /** Processes that run what packages replaced. */
  count: number
  /** Units of the system that hold one of them, sorted: as many as are kept. */
  units: string[]
  /** How many there are in truth. */
  unitsCount: number
  /** The same units, with what each still runs; missing in what was kept before there was this. */
  services?: readonly OldService[]
  /** Names of the packages they run the old files of, as many as are kept. */
  packages: string[]
  /** Why there may be more; there only where there may. */
  missing?: string
}

export type ComponentsSummary = { count: number }

export type UpdatesSummary = {
  /** Null: not known. */
  pending: { security: number; total: number } | null
  unattended: UpdatesHealth | null
}

export function summarizeListeners(rows: ListenersSection): ListenersSummary {
  const ports = new Map<string, OpenPort>()
  for (const { protocol, family, port, verdict, unit, container } of rows) {
    if (verdict === 'filtered') continue
    const key = `${protocol}${family}:${port}`
    if (verdict !== 'exposed' && ports.has(key)) continue
    ports.set(key, {
      protocol,
      family,
      port,
      verdict,
      ...(unit === undefined ? {} : { unit }),
      ...(container === undefined ? {} : { isContainer: true }),
    })
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
  const services = packaged.filter(({ remedy }) => remedy !== 'relogin')
  const units = sortedOnce(services.flatMap(({ unit }) => unit ?? []))
  const kept = units.slice(0, OUTDATED_UNITS_MAX)
  return {
    count,
    units: kept,
    unitsCount: units.length,
    services: kept.map((unit) =>
      toOldService(
        unit,
        services.filter((group) => group.unit === unit),
      ),
    ),
    packages: sortedOnce(packaged.flatMap(({ packages }) => packages)).slice(0, OUTDATED_UNITS_MAX),
    ...(missing === null ? {} : { missing }),
  }
}

function toOldService(unit: string, groups: readonly OutdatedGroup[]): OldService {
  const packages = sortedOnce(groups.flatMap((group) => group.packages))
  const shown = packages.slice(0, OUTDATED_SERVICE_PACKAGES_MAX)
  // One unit has one remedy: it is found by the unit.
  const remedy = groups[0]?.remedy ?? 'restart'
  return { unit, packages: shown, packagesMore: packages.length - shown.length, remedy }
}

export function summarizeUpdates({ pending, unattendedUpgrades }: UpdatesSection): UpdatesSummary {
  return {
    pending: pending === null ? null : { security: pending.security, total: pending.total },
    unattended: unattendedUpgrades?.health ?? null,
  }
}

export function summarizeComponents({ components }: ComponentsSection): ComponentsSummary {
  return { count: components.length }
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}

/** The order of `openPorts`. */
export function byUrgencyOfPort(a: OpenPort, b: OpenPort): number {
  if (a.verdict !== b.verdict) return a.verdict === 'exposed' ? -1 : 1
  return a.port - b.port || (a.protocol === b.protocol ? a.family - b.family : a.protocol < b.protocol ? -1 : 1)
}

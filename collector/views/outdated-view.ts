// What still runs replaced code on a server: in short for lists, process by process for its own document.
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { OutdatedGroup, ProcessesSection, Remedy } from '../../shared/sections/processes.ts'
import type { ServerRecord } from '../store/records.ts'

export type OutdatedView = {
  /** How many run what packages replaced. */
  processes: number
  /** Units of the system that hold one of them; in lists only as many as fit. */
  units: string[]
  /** How many there are besides those named. */
  unitsMore: number
}

export type OutdatedProcessView = {
  pid: number
  unit: string | null
  container: string | null
  command: string
  user: string | null
  /** From which the replaced files came; [] where no package lists them. */
  packages: string[]
  files: string[]
  /** At which its unit listens; null where that is not known. */
  ports: OutdatedPort[] | null
  remedy: Remedy
  /** Its files are no package's: replaced by hand, or in a container. */
  isLocal: boolean
}
type OutdatedPort = Pick<ListenersSection[number], 'protocol' | 'family' | 'port' | 'verdict'>

/** Null where nobody looked, or could. */
export function outdatedOf({ sections }: ServerRecord): OutdatedView | null {
  const summary = sections.processes?.value ?? null
  if (summary === null) return null
  const { count, units, unitsCount } = summary
  return { processes: count, units, unitsMore: unitsCount - units.length }
}

/** The store keeps the last lists there were; each counts as long as its section on the record does. */
export function toOutdatedViews(
  { sections }: ServerRecord,
  found: ProcessesSection | null,
  listeners: ListenersSection | null,
): OutdatedProcessView[] | null {
  if (found === null || (sections.processes?.value ?? null) === null) return null
  const rows = (sections.listeners?.value ?? null) === null ? null : listeners
  return found.outdated.flatMap((group) => {
    const ports = portsOf(group, rows)
    return group.pids.map((pid) => toView(pid, group, ports))
  })
}

function toView(pid: number, group: OutdatedGroup, ports: OutdatedPort[] | null): OutdatedProcessView {
  const { unit, container, command, user, packages, files, remedy, isLocal } = group
  return {
    pid,
    unit: unit ?? null,
    container: container ?? null,
    command,
    user,
    packages,
    files,
    ports,
    remedy,
    isLocal: isLocal ?? false,
  }
}

/** By the unit: nobody can tell which of its processes a socket is. Each port once, whatever its addresses. */
function portsOf({ unit }: OutdatedGroup, rows: ListenersSection | null): OutdatedPort[] | null {
  if (rows === null) return null
  if (unit === undefined) return []
  const ports = new Map<string, OutdatedPort>()
  for (const { unit: holder, protocol, family, port, verdict } of rows) {
    if (holder !== unit) continue
    const key = `${protocol}${family}:${port}`
    const known = ports.get(key)
    if (known === undefined || RANKS[verdict] < RANKS[known.verdict])
      ports.set(key, { protocol, family, port, verdict })
  }
  return [...ports.values()]
}

const RANKS = { exposed: 0, unknown: 1, filtered: 2 } as const

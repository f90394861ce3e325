// What still runs replaced code on a server: in short for lists, process by process for its own document.
import { portsAnsweredBy, type AnsweredPort, type OpenService } from '../../shared/judgement/open-services.ts'
import type { ToldService } from '../../shared/judgement/verdict.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { OutdatedGroup, ProcessesSection, Remedy } from '../../shared/sections/processes.ts'
import type { ServerRecord } from '../store/records.ts'
import { toRfc3339 } from './rfc3339.ts'

export type OutdatedView = {
  /** How many run what packages replaced. */
  processes: number
  /** Units of the system that hold one of them; in lists only as many as fit. */
  units: string[]
  /** How many there are besides those named. */
  unitsMore: number
  /** Those of them that strangers may reach, the worst first; in lists only as many as fit. */
  openServices: OpenServiceView[]
  openServicesMore: number
}

export type OpenServiceView = {
  unit: string
  /** From which the replaced code came; [] where no package is known. */
  packages: string[]
  packagesMore: number
  remedy: Remedy
  /** `exposed` or `unknown`, as that of its worst port. */
  verdict: OpenService['verdict']
  ports: OpenServicePort[]
  /** When it was first seen so; null where the port is not known to be exposed. */
  since: string | null
}
type OpenServicePort = Pick<ListenersSection[number], 'protocol' | 'port'>

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
  ports: AnsweredPort[] | null
  remedy: Remedy
  /** Its files are no package's: replaced by hand, or in a container. */
  isLocal: boolean
}

/** Null where nobody looked, or could. */
export function outdatedOf({ sections, verdict }: ServerRecord, open: readonly OpenService[]): OutdatedView | null {
  const summary = sections.processes?.value ?? null
  if (summary === null) return null
  const { count, units, unitsCount } = summary
  const told = verdict.baseline?.services ?? []
  return {
    processes: count,
    units,
    unitsMore: unitsCount - units.length,
    openServices: open.map((service) => toOpenServiceView(service, told)),
    openServicesMore: 0,
  }
}

function toOpenServiceView(
  { unit, packages, packagesMore, remedy, verdict, ports }: OpenService,
  told: readonly ToldService[],
): OpenServiceView {
  const once = new Map(ports.map(({ protocol, port }) => [`${protocol} ${port}`, { protocol, port }]))
  const since = toRfc3339(told.find((one) => one.unit === unit)?.since ?? null)
  return { unit, packages: [...packages], packagesMore, remedy, verdict, ports: [...once.values()], since }
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
    const ports = rows === null ? null : portsAnsweredBy(group.unit, rows)
    return group.pids.map((pid) => toView(pid, group, ports))
  })
}

function toView(pid: number, group: OutdatedGroup, ports: AnsweredPort[] | null): OutdatedProcessView {
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

// Services that strangers may reach while they still run what an upgrade replaced: two facts that are harmless alone.
// Joined by the unit, for nobody can tell which of its processes a socket is. Pure.
import type { Listener, ListenersSection } from '../sections/listeners.ts'
import type { ListenersSummary, OldService, OpenPort, ProcessesSummary } from '../sections/summaries.ts'
import { usable, type Usable } from './observation.ts'
import type { ObservedSections } from './subject.ts'
import type { Exposure } from './verdict.ts'

export type OpenService = OldService & {
  /** Of its worst port. */
  verdict: OpenPort['verdict']
  /** At least one; the worst first. */
  ports: readonly OpenPort[]
}

/**
 * The worst first, then by port. [] where processes or listeners are not known. `exposure`: the server's; while that is not
 * known, no port of it is.
 */
export function openServices(
  processes: ProcessesSummary | null,
  listeners: ListenersSummary | null,
  exposure: Exposure,
): OpenService[] {
  if (processes === null || listeners === null) return []
  const open = (processes.services ?? []).flatMap((service) => {
    const ports = listeners.openPorts.filter((port) => isAnsweredBy(port, service.unit))
    const verdict = exposure === 'unknown' ? exposure : (ports[0]?.verdict ?? 'unknown')
    return ports.length === 0 ? [] : [{ ...service, verdict, ports }]
  })
  return open.sort(byUrgencyOfService)
}

/** Those of a server's sections, as far as they may be used at `at` (epoch ms). */
export function openServicesIn(sections: ObservedSections, exposure: Exposure, at: number): OpenService[] {
  const { processes, listeners } = sections
  return openServices(valueOf(usable(processes, at)), valueOf(usable(listeners, at)), exposure)
}

/** Neither the old code of a container's files nor that of its host answers for the other. */
function isAnsweredBy({ unit, isContainer }: OpenPort, service: string): boolean {
  return isContainer !== true && unit !== undefined && unit !== KEEPER && answersFor(unit, service)
}

/** systemd itself: it holds sockets for services, and answers at none of them. */
const KEEPER = 'init.scope'

/** A socket belongs to the unit, or to the socket unit that starts it: of the same name, systemd.socket(5). */
export function answersFor(holder: string, unit: string): boolean {
  return holder === unit || (holder.endsWith('.socket') && holder === unit.replace(/\.service$/, '.socket'))
}

export function valueOf<V>(read: Usable<V>): V | null {
  return read.kind === 'observed' || read.kind === 'not-re-read' ? read.value : null
}

function byUrgencyOfService(a: OpenService, b: OpenService): number {
  if (a.verdict !== b.verdict) return a.verdict === 'exposed' ? -1 : 1
  return (a.ports[0]?.port ?? 0) - (b.ports[0]?.port ?? 0) || (a.unit < b.unit ? -1 : 1)
}

export type AnsweredPort = Pick<Listener, 'protocol' | 'family' | 'port' | 'verdict'>

/** All of a unit's, whoever reaches them; each port once with its worst verdict, whatever its addresses. */
export function portsAnsweredBy(unit: string | undefined, rows: ListenersSection): AnsweredPort[] {
  const ports = new Map<string, AnsweredPort>()
  for (const { unit: holder, protocol, family, port, verdict } of rows) {
    if (unit === undefined || holder === undefined || !answersFor(holder, unit)) continue
    const key = `${protocol}${family}:${port}`
    const known = ports.get(key)
    if (known === undefined || RANKS[verdict] < RANKS[known.verdict])
      ports.set(key, { protocol, family, port, verdict })
  }
  return [...ports.values()]
}

const RANKS = { exposed: 0, unknown: 1, filtered: 2 } as const

// What waits for connections on a server: in short for lists, row by row for its own document.
import type { Declaration, Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import type { OpenPort } from '../../shared/sections/summaries.ts'
import { listenersOf, type ServerRecord } from '../store/records.ts'

/** Which process listens, nobody can tell yet. */
export type OpenPortView = Pick<OpenPort, 'protocol' | 'family' | 'port' | 'verdict'> & {
  unit: string | null
  process: null
}
export type ListenerView = Pick<Listener, 'protocol' | 'family' | 'port' | 'address' | 'verdict' | 'reason'> & {
  unit: string | null
  process: null
  container: string | null
  via: 'dnat' | 'redirect' | null
  /** The rule that decided, or what is missing for a verdict. */
  rule: string | null
  /** How much of the public address space gets through, 0 to 1. */
  share: number | null
  /** What the operator, or the cloud, says beside what the host found out. */
  declared: Declaration | null
}

export type OpenPorts = {
  /** Exposed and unknown ones, exposed first; null where they could not be read. */
  openPorts: OpenPortView[] | null
  /** How many there are besides those named. */
  openPortsMore: number | null
}

/** All that the record holds, up to 256. */
export function openPortsOf(record: ServerRecord): OpenPorts {
  const summary = listenersOf(record)
  if (summary === null) return { openPorts: null, openPortsMore: null }
  const openPorts = summary.openPorts.map(toOpenPortView)
  return { openPorts, openPortsMore: summary.openPortsCount - openPorts.length }
}

/** The store keeps the last list there was; it counts as long as the section on the record does. */
export function toListenerViews(record: ServerRecord, rows: ListenersSection | null): ListenerView[] | null {
  return rows === null || listenersOf(record) === null ? null : rows.map(toListenerView)
}

function toOpenPortView({ protocol, family, port, unit, verdict }: OpenPort): OpenPortView {
  return { protocol, family, port, unit: unit ?? null, process: null, verdict }
}

function toListenerView(row: Listener): ListenerView {
  const { protocol, family, port, address, unit, container, via, verdict, reason, rule, share, declared } = row
  return {
    protocol,
    family,
    port,
    address,
    unit: unit ?? null,
    process: null,
    container: container ?? null,
    via: via ?? null,
    verdict,
    reason,
    rule: rule ?? null,
    share: share ?? null,
    declared: declared ?? null,
  }
}

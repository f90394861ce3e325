// What waits for connections on a server: in short for lists, row by row for its own document.
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import type { OpenPort } from '../../shared/sections/summaries.ts'
import type { ServerRecord } from '../store/records.ts'

/** Which unit and process listen, nobody can tell yet. */
export type OpenPortView = OpenPort & { unit: null; process: null }
export type ListenerView = Listener & { unit: null; process: null; via: null; rule: null; share: null }

export type OpenPorts = {
  /** Exposed and unknown ones, exposed first; null where they could not be read. */
  openPorts: OpenPortView[] | null
  /** How many there are besides those named. */
  openPortsMore: number | null
}

/** All that the record holds, up to 256. */
export function openPortsOf({ sections }: ServerRecord): OpenPorts {
  const summary = sections.listeners?.value ?? null
  if (summary === null) return { openPorts: null, openPortsMore: null }
  const openPorts = summary.openPorts.map(toOpenPortView)
  return { openPorts, openPortsMore: summary.openPortsCount - openPorts.length }
}

/** The store keeps the last list there was; it counts as long as the section on the record does. */
export function toListenerViews({ sections }: ServerRecord, rows: ListenersSection | null): ListenerView[] | null {
  const isKnown = (sections.listeners?.value ?? null) !== null
  return rows === null || !isKnown ? null : rows.map(toListenerView)
}

function toOpenPortView({ protocol, family, port, verdict }: OpenPort): OpenPortView {
  return { protocol, family, port, unit: null, process: null, verdict }
}

function toListenerView({ protocol, family, port, address, verdict, reason }: Listener): ListenerView {
  const later = { unit: null, process: null, via: null }
  return { protocol, family, port, address, ...later, verdict, reason, rule: null, share: null }
}

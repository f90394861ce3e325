// What history says beside "exposed" and "no longer exposed": the port, and the rule that decided. Pure.
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import type { ListenersSummary, OpenPort } from '../../shared/sections/summaries.ts'

/** `rows`: the list that came with the report; undefined where none did. */
export function withPorts(
  events: readonly HistoryEvent[],
  before: ListenersSummary | null,
  rows: ListenersSection | undefined,
): HistoryEvent[] {
  return events.map((event) => {
    if (event.type === 'exposed') return { ...event, data: { ...event.data, ...opened(before, rows ?? []) } }
    if (event.type === 'no-longer-exposed') return { ...event, data: { ...event.data, ...closed(before, rows) } }
    return event
  })
}

/** The port that was not open before; {} where nothing is known of ports. */
function opened(before: ListenersSummary | null, rows: ListenersSection): Record<string, unknown> {
  const known = new Set((before?.openPorts ?? []).filter(({ verdict }) => verdict === 'exposed').map(nameOf))
  const exposed = rows.filter(({ verdict }) => verdict === 'exposed')
  const row = exposed.find((one) => !known.has(nameOf(one))) ?? exposed[0]
  if (row === undefined) return {}
  const ports = new Set(exposed.map(({ protocol, port }) => `${protocol} ${port}`))
  return { ...told(row), more: ports.size - 1 }
}

/** The port that was open, and what stands before it now. */
function closed(before: ListenersSummary | null, rows: ListenersSection | undefined): Record<string, unknown> {
  const port = before?.openPorts[0]
  if (port === undefined) return {}
  const row = rows?.find((one) => nameOf(one) === nameOf(port))
  if (row !== undefined) return told(row)
  const { protocol, family, port: number, unit = null } = port
  return {
    protocol,
    family,
    port: number,
    unit,
    container: null,
    reason: rows === undefined ? null : 'no-socket',
    rule: null,
  }
}

type Named = Pick<OpenPort, 'protocol' | 'family' | 'port'>

function nameOf({ protocol, family, port }: Named): string {
  return `${protocol}${family}:${port}`
}

function told({ protocol, family, port, unit, container, reason, rule }: Listener): Record<string, unknown> {
  return { protocol, family, port, unit: unit ?? null, container: container ?? null, reason, rule: rule ?? null }
}

// Ports of a snapshot in one line: those that may be reached from elsewhere, each once whatever its address.
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../shared/sections/summaries.ts'

const NAMED_MAX = 20

/** e.g. "tcp 22, tcp 443, udp 53 and 3 more"; "none" when all that listens is out of reach. */
export function openPortsText(rows: ListenersSection): string {
  const ports = [...new Set(summarizeListeners(rows).openPorts.map(({ protocol, port }) => `${protocol} ${port}`))]
  if (ports.length === 0) return 'none'
  const named = ports.slice(0, NAMED_MAX).join(', ')
  return ports.length > NAMED_MAX ? `${named} and ${ports.length - NAMED_MAX} more` : named
}

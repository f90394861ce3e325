// What judgement, lists and queries need of the sections that may be large. The lists themselves stay on disk.
import { OPEN_PORTS_MAX } from '../protocol/limits.ts'
import type { Listener, ListenersSection } from './listeners.ts'
import type { PackagesSection } from './packages.ts'

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
  /** Why the first of the ports that may be reached is not judged; there only where `exposure` is unknown. */
  missing?: string
}

export type PackagesSummary = { count: number }

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
  return {
    count: rows.length,
    exposure,
    openPorts: all.slice(0, OPEN_PORTS_MAX),
    openPortsCount: all.length,
    ...(missing === undefined ? {} : { missing }),
  }
}

export function summarizePackages(entries: PackagesSection): PackagesSummary {
  return { count: entries.length }
}

function byUrgencyOfPort(a: OpenPort, b: OpenPort): number {
  if (a.verdict !== b.verdict) return a.verdict === 'exposed' ? -1 : 1
  return a.port - b.port || (a.protocol === b.protocol ? a.family - b.family : a.protocol < b.protocol ? -1 : 1)
}

// What operators say of a server's ports beside what its host found out: that somebody can reach one, or that something
// the host cannot see stands before it. The host's own words stay as they are; the verdict is made from both. Pure.
import { OPEN_PORTS_MAX } from '../protocol/limits.ts'
import type { Declaration, Listener, ListenersSection } from '../sections/listeners.ts'
import { byUrgencyOfPort, type ListenersSummary, type OpenPort } from '../sections/summaries.ts'

export const PORT_DECLARATIONS_MAX = 50
export const PORT_DECLARATION_MS_MAX = 366 * 86_400_000

type Found = Pick<OpenPort, 'family' | 'unit' | 'isContainer'>

export type PortDeclaration = {
  protocol: Listener['protocol']
  port: number
  /** Null: both. */
  family: 4 | 6 | null
  verdict: 'exposed' | 'filtered'
  reason: string
  /** Who said so, as people know them. */
  by: string
  at: number
  /** Epoch ms. */
  until: number
  /** Where something listens there, once a family: a port that nobody holds is open to nobody, whoever says so. */
  found: readonly Found[]
}

/** "tcp-443" for both families, "tcp6-443" for one. One port has one declaration: a second one takes its place. */
export function declarationKey({
  protocol,
  family,
  port,
}: Pick<PortDeclaration, 'protocol' | 'family' | 'port'>): string {
  return `${protocol}${family ?? ''}-${port}`
}

/** With what listens there according to `rows`. */
export function foundIn(declaration: PortDeclaration, rows: ListenersSection): PortDeclaration {
  const found = new Map<number, Found>()
  for (const row of rows) {
    if (!speaksFor(declaration, row) || found.has(row.family)) continue
    found.set(row.family, {
      family: row.family,
      ...(row.unit === undefined ? {} : { unit: row.unit }),
      ...(row.container === undefined ? {} : { isContainer: true }),
    })
  }
  return { ...declaration, found: [...found.values()] }
}

/** The summary as it is with what was declared; the given one where that changes nothing. */
export function declaredSummary(summary: ListenersSummary, declarations: readonly PortDeclaration[]): ListenersSummary {
  const said = declarations.toSorted(narrowerLast).flatMap((one) => one.found.map((found) => ({ ...one, ...found })))
  const ports = new Map(summary.openPorts.map((port) => [nameOf(port), port]))
  for (const { protocol, family, port, unit, isContainer, verdict } of said) {
    const name = nameOf({ protocol, family, port })
    if (verdict === 'filtered') ports.delete(name)
    else
      ports.set(name, {
        protocol,
        family,
        port,
        verdict,
        ...(unit === undefined ? {} : { unit }),
        ...(isContainer === undefined ? {} : { isContainer }),
      })
  }
  const openPorts = [...ports.values()].sort(byUrgencyOfPort)
  const isSame = JSON.stringify(openPorts) === JSON.stringify(summary.openPorts)
  const isOpened = said.some(({ verdict }) => verdict === 'exposed')
  return isSame && !isOpened ? summary : summaryOf(summary, openPorts, isOpened)
}

/** A row with its verdict, and who declared it; `by` and the host's own verdict stand beside. */
export function declaredRow(row: Listener, declarations: readonly PortDeclaration[]): Listener {
  const said = declarations
    .filter((one) => speaksFor(one, row))
    .sort(narrowerLast)
    .at(-1)
  if (said === undefined || said.verdict === row.verdict) return row
  const declared: Declaration = {
    by: said.by,
    judged: row.verdict,
    why: said.reason,
    expires: new Date(said.until).toISOString(),
    isExpired: false,
  }
  return { ...row, verdict: said.verdict, reason: DECLARED_HERE, declared }
}

/** The reason of a row whose verdict an operator gave at the collector. */
export const DECLARED_HERE = 'declared-by-operator'

function speaksFor({ protocol, family, port }: PortDeclaration, row: Listener): boolean {
  return row.protocol === protocol && row.port === port && (family === null || row.family === family)
}

/** What is said of one family goes before what is said of both. */
function narrowerLast(a: PortDeclaration, b: PortDeclaration): number {
  return Number(a.family !== null) - Number(b.family !== null)
}

function nameOf({ protocol, family, port }: Pick<OpenPort, 'protocol' | 'family' | 'port'>): string {
  return `${protocol}${family}:${port}`
}

/** Ports beyond those that are kept are no better than the last one that is. */
function summaryOf(before: ListenersSummary, openPorts: OpenPort[], isOpened: boolean): ListenersSummary {
  const { missing, isDeclaredExposed: _, ...counts } = before
  const beyond = before.openPortsCount > before.openPorts.length ? before.openPorts.at(-1)?.verdict : undefined
  const worst = openPorts[0]?.verdict ?? beyond ?? 'filtered'
  const exposure = beyond === 'exposed' ? beyond : worst
  return {
    ...counts,
    exposure,
    openPorts: openPorts.slice(0, OPEN_PORTS_MAX),
    openPortsCount: before.openPortsCount + openPorts.length - before.openPorts.length,
    ...(isOpened || (before.isDeclaredExposed === true && exposure === 'exposed') ? { isDeclaredExposed: true } : {}),
    ...(exposure === 'unknown' && missing !== undefined ? { missing } : {}),
  }
}

// Sockets as the resident agent sees them, joined to the verdicts of the scan that sees more. By protocol, family, address
// and port: a socket the scan did not see yet is `not-scanned`, and never takes the verdict of another. Pure.
import type { BindVerdict } from '../exposure/bind-verdict.ts'
import type { FirewallFacts, FirewallRow } from '../../shared/facts/firewall.ts'
import type { Listener } from '../../shared/sections/listeners.ts'
import type { FirewallKnowledge } from './firewall-facts.ts'

export type BoundRow = Pick<Listener, 'protocol' | 'family' | 'address' | 'port'> & {
  /** What the address alone says. */
  bound: BindVerdict
  /** Stands there because IPv6's wildcard may take IPv4 as well. */
  isAssumed: boolean
}

export type Joined = {
  rows: Listener[]
  /** Keys of those that wait for a scan. */
  missing: string[]
}

type Key = Pick<Listener, 'protocol' | 'family' | 'address' | 'port'>

export function keyOf({ protocol, family, address, port }: Key): string {
  return `${protocol} ${family} ${port} ${address}`
}

export function joinVerdicts(bound: readonly BoundRow[], knowledge: FirewallKnowledge): Joined {
  if (knowledge.kind === 'known') return joinFacts(bound, knowledge.facts)
  const reason = knowledge.kind === 'old' ? 'facts-old' : 'not-scanned'
  const rows = bound.map((row) =>
    toListener(row, row.bound.verdict === 'unknown' ? { verdict: 'unknown', reason } : row.bound),
  )
  const missing = bound.filter((row) => row.bound.verdict === 'unknown').map(keyOf)
  return { rows, missing }
}

function joinFacts(bound: readonly BoundRow[], facts: FirewallFacts): Joined {
  const found = new Map(facts.rows.map((row) => [keyOf(row), row]))
  const missing: string[] = []
  const rows = bound.flatMap((row) => {
    const key = keyOf(row)
    const known = found.get(key)
    if (known !== undefined) return [fromFacts(known)]
    // The scan knows which sockets keep to IPv6.
    if (row.isAssumed && found.has(keyOf({ ...row, family: 6, address: '::' }))) return []
    if (row.bound.verdict !== 'unknown') return [toListener(row, row.bound)]
    if (facts.rows.length === 0 && facts.reason !== null) return [withoutScan(row, facts.reason)]
    missing.push(key)
    return [toListener(row, { verdict: 'unknown', reason: 'not-scanned' })]
  })
  const seen = new Set(bound.map(keyOf))
  const translated = facts.rows.filter((row) => isTranslation(row) && !seen.has(keyOf(row)))
  return { rows: [...rows, ...translated.map(fromFacts)], missing }
}

/** A port that only a translation answers has no socket, and so no unit. */
function isTranslation({ via, unit }: FirewallRow): boolean {
  return via !== null && unit === null
}

function toListener({ protocol, family, address, port }: BoundRow, { verdict, reason }: BindVerdict): Listener {
  return { protocol, family, address, port, verdict, reason }
}

function withoutScan(row: BoundRow, why: string): Listener {
  return { ...toListener(row, { verdict: 'unknown', reason: 'firewall-unreadable' }), rule: why }
}

/** One sender in 10,000 more or less is nothing anybody wants to be told of. */
const SHARE_STEPS = 10_000

export function fromFacts({ protocol, family, address, port, verdict, reason, ...found }: FirewallRow): Listener {
  const { unit, container, via, rule, share } = found
  return {
    protocol,
    family,
    address,
    port,
    verdict,
    reason,
    ...(unit === null ? {} : { unit }),
    ...(container === null ? {} : { container }),
    ...(via === null ? {} : { via }),
    ...(rule === null ? {} : { rule }),
    ...(share === null ? {} : { share: Math.round(share * SHARE_STEPS) / SHARE_STEPS }),
  }
}

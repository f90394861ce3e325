// `overdue-agent explain --port 443`: who can reach a port, and why. As root, or of a recording, the walk through the rules
// is made on the spot and told step by step; without rights the verdict and the rule that the last scan stored.
import type { FirewallFacts } from '../../shared/facts/firewall.ts'
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import type { WalkTale } from '../exposure/tell-walk.ts'
import { FirewallFile } from '../probes/firewall-facts.ts'
import { hostAt } from '../host/host-at.ts'
import type { Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { loadConfig, type Environment } from '../settings/config.ts'
import { UsageError } from './io.ts'
import type { SnapshotDocument } from './snapshot-document.ts'

export type AskedPort = { protocols: readonly Listener['protocol'][]; port: number }

export type PortExplanation = {
  port: number
  /** Rows of section `listeners`. */
  listeners: Listener[]
  /** Where the verdicts come from: "walk" was made just now, "scan" is the last one of root's, "none" there is none. */
  from: 'walk' | 'scan' | 'none'
  /** When that scan read the rules, RFC 3339; null where it is not told. */
  readAt: string | null
  walks: (WalkTale & { protocol: Listener['protocol'] })[]
  /** Why there is no walk; null: there is. */
  why: string | null
}

/** "443", "tcp/443". Throws UsageError. */
export function parsePort(text: string): AskedPort {
  const [, protocol, digits] = /^(?:(tcp|udp)\/)?([0-9]{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (!(port >= 1 && port <= 65_535)) throw new UsageError(`--port ${text}: write a port such as 443 or udp/53`)
  return { port, protocols: protocol === undefined ? ['tcp', 'udp'] : [protocol === 'udp' ? 'udp' : 'tcp'] }
}

export async function explainPort(
  asked: AskedPort,
  { sections }: SnapshotDocument,
  { root, environment }: { root: string | null; environment: Environment },
): Promise<PortExplanation> {
  const value = sections.listeners?.value
  const rows = Array.isArray(value) ? (value as ListenersSection) : []
  const listeners = rows.filter(({ protocol, port }) => port === asked.port && asked.protocols.includes(protocol))
  const protocols = asked.protocols.filter((one) => listeners.some(({ protocol }) => protocol === one))
  const shown = protocols.length === 0 ? asked.protocols : protocols
  if (root === null && process.getuid?.() !== 0) {
    const facts = await storedFacts(environment)
    const why = 'the rules are shown to root alone: run this as root for the walk through them'
    return { port: asked.port, listeners, ...facts, walks: [], why }
  }
  const told = await walksOf(await hostAt(root, 'recorded'), asked.port, shown)
  return { port: asked.port, listeners, from: 'walk', readAt: null, ...told }
}

async function storedFacts(environment: Environment): Promise<Pick<PortExplanation, 'from' | 'readAt'>> {
  const { factsDirectory } = await loadConfig({}, environment)
  const found: FirewallFacts | { why: string } = await new FirewallFile(factsDirectory).read()
  return 'why' in found ? { from: 'none', readAt: null } : { from: 'scan', readAt: found.readAt }
}

/** Never rejects. */
export async function walksOf(
  host: Host,
  port: number,
  protocols: readonly Listener['protocol'][],
): Promise<Pick<PortExplanation, 'walks' | 'why'>> {
  const { readFirewallInputs } = await import('./scan-firewall-inputs.ts')
  const { parseRules } = await import('./scan-firewall-rules.ts')
  const { tellWalks } = await import('../exposure/tell-walk.ts')
  try {
    const { ruleTexts, ...read } = await readFirewallInputs(host)
    const rules = parseRules(ruleTexts, read.network)
    if ('unreadable' in rules) return { walks: [], why: rules.unreadable }
    const inputs = { ...read, rules, isReachable: false }
    const walks = protocols.flatMap((protocol) =>
      tellWalks(inputs, protocol, port).map((walk) => ({ ...walk, protocol })),
    )
    return { walks, why: walks.length === 0 ? 'no interface leads outside' : null }
  } catch (error) {
    return { walks: [], why: reasonOf(error) }
  }
}

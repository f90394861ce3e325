// Can this host tell who reaches its ports? Whether scans answer, what they could not read, and what only an operator knows.
import { formatDuration } from '../../shared/judgement/duration.ts'
import type { FirewallFacts } from '../../shared/facts/firewall.ts'
import type { Host } from '../host/host.ts'
import { endOf } from '../probes/declarations.ts'
import { FirewallFile, knowledgeOf } from '../probes/firewall-facts.ts'
import type { AgentConfig } from '../settings/config.ts'
import { type Finding, ok, warn } from './doctor-finding.ts'

const SCAN_BY_HAND =
  'run "systemctl start overdue-scan-firewall" (or, as root, "overdue-agent scan firewall") and look again'

/** Nothing here fails: a host that cannot tell its exposure is watched all the same. */
export async function checkExposure(config: AgentConfig, host: Host, nowMs: number): Promise<Finding[]> {
  const found = await new FirewallFile(config.factsDirectory).read()
  const knowledge = await knowledgeOf(found, host)
  const cloud = await cloudFindings(config)
  const declared = expiredFindings(config, nowMs)
  switch (knowledge.kind) {
    case 'none':
      return [
        warn('firewall', `who reaches which port is not known: ${knowledge.why}`, SCAN_BY_HAND),
        ...cloud,
        ...declared,
      ]
    case 'old':
      return [
        warn(
          'firewall',
          `the last scan is ${ageOf(knowledge.facts, host)} old`,
          `see "systemctl status overdue-scan-firewall.timer"; ${SCAN_BY_HAND}`,
        ),
        ...cloud,
        ...declared,
      ]
    case 'known':
      return [
        scanFinding(knowledge.facts, host),
        ...publicAddressFindings(knowledge.facts, config),
        ...cloud,
        ...declared,
      ]
    default:
      return knowledge satisfies never
  }
}

function scanFinding(facts: FirewallFacts, host: Host): Finding {
  if (!facts.readable) {
    const fix = 'install the tool it misses; the scan needs root, or CAP_NET_ADMIN and CAP_NET_RAW'
    return warn('firewall', `the rules could not be read: ${facts.reason ?? 'no reason given'}`, fix)
  }
  const counted = (wanted: string) => facts.rows.filter(({ verdict }) => verdict === wanted).length
  const counts = ['exposed', 'unknown', 'filtered'].map((verdict) => `${counted(verdict)} ${verdict}`).join(', ')
  return ok('firewall', `scanned ${ageOf(facts, host)} ago: ${counts}`)
}

function ageOf({ readUptimeMs }: FirewallFacts, host: Host): string {
  return formatDuration(Math.max(0, host.uptimeMs() - readUptimeMs))
}

/** Ports that the rules let in, on a host with private addresses only. */
function publicAddressFindings({ rows }: FirewallFacts, { declarations, asksCloud }: AgentConfig): Finding[] {
  const unmapped = rows.filter(({ reason }) => reason === 'maybe-nat-mapped')
  if (unmapped.length === 0) return []
  const { publicAddresses, behindNat } = declarations
  if (publicAddresses.length > 0) return [ok('public address', `declared: ${publicAddresses.join(', ')}`)]
  if (behindNat !== null)
    return [ok('public address', behindNat ? 'declared: one leads here' : 'declared: none leads here')]
  if (asksCloud) return []
  const ports = new Set(unmapped.map(({ protocol, port }) => `${protocol} ${port}`))
  const fix =
    'in agent.toml set network = { publicAddresses = ["..."] }, or { behindNat = true } or false, or in a cloud { publicAddress = "auto" }'
  return [
    warn(
      'public address',
      `${ports.size} ports are let in, but no interface has a public address: does one lead here?`,
      fix,
    ),
  ]
}

async function cloudFindings({ asksCloud }: AgentConfig): Promise<Finding[]> {
  if (!asksCloud) return []
  const answer = await (await import('../cloud/metadata.ts')).askCloud()
  if (answer.kind === 'failed') {
    const fix = 'is this a machine of EC2, Google Cloud or Azure? In a container the service is often out of reach'
    return [warn('cloud', `the metadata service did not answer: ${answer.why}`, fix)]
  }
  const named = answer.addresses.length === 0 ? 'no public address' : answer.addresses.join(', ')
  return [ok('cloud', `${answer.provider} names ${named}`)]
}

function expiredFindings({ declarations: { ports } }: AgentConfig, nowMs: number): Finding[] {
  return Object.entries(ports)
    .filter(([, said]) => endOf(said) <= nowMs)
    .map(([name, { expires }]) =>
      warn(
        'declared port',
        `${name} was declared until ${expires} and counts no more`,
        'renew or remove it in agent.toml',
      ),
    )
}

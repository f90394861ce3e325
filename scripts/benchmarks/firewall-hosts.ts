// Recorded hosts with as many rules as anybody has: 20,000 rules, 60,000 elements of sets, 200 listeners of both families.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const RULES = 20_000
const ELEMENTS = 60_000
const LISTENERS = 200
const PORTS = Array.from({ length: LISTENERS }, (_, at) => 1000 + 7 * at)

/** By what the rules ask for, since each is worked off differently. */
export const FIREWALL_MIXES = {
  'rules by sender': (at: number) => [saddr(at), verdict(at)],
  'rules by port': (at: number) => [dport(at), verdict(at)],
  'rules by sender and port': (at: number) => [saddr(at), dport(at), verdict(at)],
} as const satisfies Record<string, (at: number) => unknown[]>

/** Writes one into `directory`; `ruleOf`: the expressions of the rule at a place. */
export function writeFirewallHost(directory: string, ruleOf: (at: number) => unknown[]): void {
  const files = {
    'ss.txt': PORTS.map(
      (port) => `tcp LISTEN 0 128 *:${port} *:* ino:${port} sk:${port} cgroup:/system.slice/s.service v6only:0 <->`,
    ).join('\n'),
    'ip-address.json': JSON.stringify([
      { ifname: 'lo', addr_info: [{ local: '127.0.0.1' }, { local: '::1' }] },
      { ifname: 'eth0', addr_info: [{ local: '203.0.114.10' }, { local: '2001:470:1::10' }] },
    ]),
    'ip-route.json': JSON.stringify([
      { dst: 'default', gateway: '203.0.114.1', dev: 'eth0' },
      { dst: 'default', gateway: '2001:470:1::1', dev: 'eth0', pref: 'medium' },
    ]),
    'nft.json': JSON.stringify({ nftables: ruleset(ruleOf) }),
  }
  mkdirSync(join(directory, 'commands'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'commands', name), text)
}

function ruleset(ruleOf: (at: number) => unknown[]): unknown[] {
  const place = { family: 'inet', table: 'filter' }
  const blocked = { match: { op: '==', left: field('ip', 'saddr'), right: '@blocked' } }
  const rules = [[blocked, { drop: null }], ...Array.from({ length: RULES - 1 }, (_, at) => ruleOf(at))]
  return [
    { metainfo: { version: '1.0.6', json_schema_version: 1 } },
    { table: { family: 'inet', name: 'filter', handle: 1 } },
    { set: { ...place, name: 'blocked', type: 'ipv4_addr', flags: ['interval'], elem: elements() } },
    { chain: { ...place, name: 'input', handle: 1, type: 'filter', hook: 'input', prio: 0, policy: 'drop' } },
    ...rules.map(([...expr], at) => {
      const counter = { counter: { packets: 17 * at, bytes: 1021 * at } }
      return { rule: { ...place, chain: 'input', handle: at + 10, expr: expr.toSpliced(-1, 0, counter) } }
    }),
  ]
}

/** Every other one a prefix, as blocklists are. */
function elements(): unknown[] {
  return Array.from({ length: ELEMENTS }, (_, at) => {
    const addr = `${20 + (at >>> 13)}.${(at >>> 5) & 255}.${(at & 31) << 3}.0`
    return at % 2 === 0 ? { prefix: { addr, len: 24 } } : addr
  })
}

function saddr(at: number): unknown {
  return {
    match: { op: '==', left: field('ip', 'saddr'), right: `${60 + (at >>> 13)}.${(at >>> 5) & 255}.${at & 31}.9` },
  }
}

function dport(at: number): unknown {
  return { match: { op: '==', left: field('tcp', 'dport'), right: PORTS[at % PORTS.length] ?? 0 } }
}

function verdict(at: number): unknown {
  return at % 3 === 0 ? { drop: null } : { accept: null }
}

function field(protocol: string, name: string): unknown {
  return { payload: { protocol, field: name } }
}

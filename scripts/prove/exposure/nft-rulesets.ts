// Random rulesets of nft: two to five chains, sets, maps, marks, translation, several base chains.
import type { Random } from '../fuzz/random.ts'
import { fourPrefix, ports, PORTS, sixPrefix, type TriedRuleset } from './rulesets.ts'

type Build = { random: Random; named: string[] }

const CONDITIONS: readonly ((build: Build) => string)[] = [
  ({ random, named }) => `ip saddr ${fourPrefix(random, named)}`,
  ({ random, named }) => `ip saddr != ${fourPrefix(random, named)}`,
  ({ random, named }) => `ip saddr { ${fourPrefix(random, named)}, 10.0.0.0/8 }`,
  ({ random, named }) => `ip6 saddr ${sixPrefix(random, named)}`,
  ({ random, named }) => `ip6 saddr != ${sixPrefix(random, named)}`,
  () => 'ip saddr @blocked',
  () => 'ip saddr . tcp dport @pairs',
  () => 'tcp dport @allowed',
  () => 'tcp dport != @allowed',
  ({ random }) => `tcp dport ${random.pick(PORTS)}`,
  ({ random }) => `tcp dport { ${[...new Set(ports(random))].join(', ')} }`,
  ({ random }) => `tcp dport != { ${[...new Set(ports(random))].join(', ')} }`,
  () => 'tcp dport 1-1023',
  () => 'tcp dport >= 1024',
  ({ random }) => `udp dport ${random.pick([53, 123])}`,
  ({ random }) => `meta l4proto { tcp, udp } th dport ${random.pick(PORTS)}`,
  () => 'meta l4proto tcp',
  () => 'meta l4proto != udp',
  () => 'meta nfproto ipv4',
  () => 'meta nfproto ipv6',
  ({ random }) => `iifname ${random.pick(['"eth0"', '"et*"', '{ "lo", "eth0" }', '!= "docker0"'])}`,
  ({ random }) => `iifname ${random.pick(['"lo"', '"wg*"', '{ "lo", "wg0" }', '!= "eth0"'])}`,
  ({ random }) => `ct state ${random.pick(['new', 'new,untracked', '!= established'])}`,
  ({ random }) => `ct state ${random.pick(['established,related', 'invalid', 'untracked'])}`,
  () => 'ct status dnat',
  () => 'limit rate 100000/second burst 100000 packets',
  () => 'limit rate over 100000/second burst 100000 packets',
  ({ random }) => `meta mark ${random.pick(['0x0', '0x1', '!= 0x1', '& 0x3 == 0x2'])}`,
  ({ random }) => `fib daddr type ${random.pick(['local', '!= local'])}`,
  () => 'fib saddr . iif oif missing',
  () => 'tcp flags & (fin | syn | rst | ack) == syn',
  () => 'tcp flags ack',
  ({ random }) => `ip daddr ${random.pick(['203.0.114.10', '10.9.0.10', '!= 203.0.114.10'])}`,
  () => 'ip6 daddr 2001:470:1::/64',
  () => 'meta pkttype host',
  ({ random }) => `tcp sport ${random.pick(['1024-65535', '1-1023'])}`,
]
const OPAQUE: readonly string[] = ['meta length 1-100', 'ip ttl 64', 'numgen random mod 4 == 0', 'ip dscp cs0']

export function nftRuleset(random: Random): TriedRuleset {
  const build: Build = { random, named: [] }
  const lines = ['table inet t {', ...sets(build)]
  const chains = ['one', 'two', 'three'].slice(0, 1 + random.below(3))
  for (const [at, chain] of chains.toReversed().entries()) {
    const below = chains.toReversed().slice(0, at)
    lines.push(`chain ${chain} {`, ...rules(build, below, 2 + random.below(5)), '}')
  }
  const policy = random.chance(0.5) ? 'drop' : 'accept'
  lines.push(`chain input { type filter hook input priority ${random.pick([0, -10, 10])}; policy ${policy};`)
  lines.push(...opening(build, policy), ...rules(build, chains, 3 + random.below(6)), '}')
  lines.push(...more(build, chains), '}')
  if (random.chance(0.15)) lines.push(...second(build))
  if (random.chance(0.1)) lines.push(...ingress(build))
  // Drawn last, so that the rulesets of known seeds stay what they were but for it.
  if (random.chance(0.25)) lines.push(...bySender(build))
  const input = `flush ruleset\n${lines.join('\n')}\n`
  return { label: 'nft', loads: [{ command: 'nft', args: ['-f', '-'], input }], named: build.named }
}

function sets({ random, named }: Build): string[] {
  const blocked = Array.from({ length: 1 + random.below(6) }, () => fourPrefix(random, named))
  return [
    'set blocked { type ipv4_addr; flags interval; auto-merge;',
    `elements = { ${blocked.join(', ')} }`,
    '}',
    'set pairs { type ipv4_addr . inet_service; flags interval;',
    `elements = { ${fourPrefix(random, named)} . ${random.pick(PORTS)}, 0.0.0.0/0 . ${random.pick([1, 2])} }`,
    '}',
    `set allowed { type inet_service; flags interval; auto-merge; elements = { ${[...new Set(ports(random))].join(', ')}, 8000-8100 }; }`.replace(
      '; }',
      '\n}',
    ),
  ]
}

/** What people begin with; without it a policy of drop leaves little to judge. */
function opening({ random }: Build, policy: string): string[] {
  const lines = random.chance(0.5) ? ['ct state vmap { established : accept, related : accept, invalid : drop }'] : []
  if (policy === 'drop' && random.chance(0.7))
    lines.push(`tcp dport { ${[...new Set(ports(random))].join(', ')} } accept`)
  return lines
}

function rules(build: Build, chains: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => rule(build, chains))
}

function rule(build: Build, chains: readonly string[]): string {
  const { random } = build
  if (random.chance(0.06))
    return `tcp dport vmap { ${random.pick(PORTS.slice(0, 6))} : accept, ${random.pick(PORTS.slice(6))} : drop }`
  const conditions = Array.from({ length: 1 + random.below(3) }, () => random.pick(CONDITIONS)(build))
  if (random.chance(0.03)) conditions.push(random.pick(OPAQUE))
  return `${conditions.join(' ')} ${verdict(random, chains)}`
}

function verdict(random: Random, chains: readonly string[]): string {
  if (chains.length > 0 && random.chance(0.3)) return `${random.pick(['jump', 'jump', 'goto'])} ${random.pick(chains)}`
  return random.pick([
    'accept',
    'accept',
    'accept',
    'drop',
    'drop',
    'reject',
    'return',
    'counter',
    'meta mark set 0x1',
    'meta mark set meta mark | 0x2',
  ])
}

function more(build: Build, chains: readonly string[]): string[] {
  const { random } = build
  const lines: string[] = []
  if (random.chance(0.3)) {
    lines.push(`chain early { type filter hook prerouting priority ${random.pick([-300, -150])};`)
    lines.push(...rules(build, chains, 1 + random.below(2)), '}')
  }
  if (random.chance(0.25)) {
    lines.push('chain nat { type nat hook prerouting priority -100;')
    lines.push(`tcp dport ${random.pick([81, 8081])} redirect to :${random.pick([80, 8443])}`)
    lines.push(`tcp dport ${random.pick([443, 8090])} dnat ip to 172.17.0.2:80`, '}')
    if (random.chance(0.5))
      lines.push(
        'chain forward { type filter hook forward priority 0; policy drop;',
        ...rules(build, chains, 2),
        'ct status dnat accept',
        'ct state established accept',
        '}',
      )
  }
  if (random.chance(0.1)) {
    lines.push(`chain output { type filter hook output priority 0; policy ${random.pick(['accept', 'drop'])};`)
    lines.push('ct state established,related accept', '}')
  }
  return lines
}

function second(build: Build): string[] {
  const policy = build.random.pick(['accept', 'drop'])
  return [
    `table ip second {`,
    `chain input { type filter hook input priority 20; policy ${policy};`,
    ...rules(build, [], 3).filter((line) => !/ip6|ipv6|@/.test(line)),
    'meta l4proto tcp accept',
    '}',
    '}',
  ]
}

/** A verdict map over all senders, and chains for single ports: both are walked by short cuts. */
function bySender({ random, named }: Build): string[] {
  named.push('1.0.0.0/8')
  const [port, other] = [random.pick(PORTS), random.pick(PORTS)]
  const alike = [`tcp dport ${port} jump one_port`, 'jump one_port', `tcp dport ${other} reject`]
  const [low, high] = [random.pick(['jump', 'goto']), random.pick(['jump', 'goto'])]
  return [
    'table inet maps {',
    `chain one_port { tcp dport ${port} ${random.pick(['accept', 'drop', 'return'])}; }`,
    ...['low', 'high'].flatMap((name) => [`chain ${name} {`, ...alike, '}']),
    `chain by_sender { type filter hook input priority 30; policy ${random.pick(['accept', 'accept', 'drop'])};`,
    `ip saddr vmap { 1.0.0.0/8 : drop, 2.0.0.0-127.255.255.255 : ${low} low, 128.0.0.0-223.255.255.255 : ${high} high }`,
    `tcp dport != ${other} accept`,
    '}',
    '}',
  ]
}

function ingress({ random }: Build): string[] {
  const line = `chain first { type filter hook ingress device "eth0" priority 0; policy accept;`
  return ['table netdev early {', line, `tcp dport ${random.pick(PORTS)} drop`, '}', '}']
}

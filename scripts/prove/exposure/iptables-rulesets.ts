// Random rulesets of iptables, on nf_tables and legacy, IPv4 and IPv6.
import type { Random } from '../fuzz/random.ts'
import { fourPrefix, ports, PORTS, sixPrefix, type TriedRuleset } from './rulesets.ts'

type Build = { random: Random; family: 4 | 6; named: string[] }

const prefix = ({ random, family, named }: Build) =>
  family === 4 ? fourPrefix(random, named) : sixPrefix(random, named)

const CONDITIONS: readonly ((build: Build) => string)[] = [
  (build) => `-s ${prefix(build)}`,
  (build) => `! -s ${prefix(build)}`,
  ({ family }) => (family === 4 ? '-d 203.0.114.10' : '-d 2001:470:1::/64'),
  ({ random }) => `-i ${random.pick(['eth0', 'et+'])}`,
  ({ random }) => random.pick(['-i lo', '-i wg+', '! -i eth0']),
  ({ random }) => `-p tcp --dport ${random.pick(PORTS)}`,
  ({ random }) => `-p tcp ! --dport ${random.pick(PORTS)}`,
  () => '-p tcp --dport 1:1023',
  ({ random }) => `-p tcp -m multiport --dports ${[...new Set(ports(random))].join(',')}`,
  ({ random }) => `-p tcp -m multiport ! --dports ${[...new Set(ports(random))].join(',')}`,
  ({ random }) => `-p udp --dport ${random.pick([53, 123])}`,
  () => '-p tcp --syn',
  () => '-p tcp ! --syn',
  ({ random }) => `-m conntrack --ctstate ${random.pick(['NEW', 'NEW,INVALID', 'ESTABLISHED,RELATED', 'INVALID'])}`,
  () => '-m conntrack ! --ctstate ESTABLISHED',
  () => '-m limit --limit 10000/sec --limit-burst 10000',
  () => '-m addrtype --dst-type LOCAL',
  () => '-m addrtype ! --dst-type LOCAL',
  ({ random }) => `-m mark --mark ${random.pick(['0x0', '0x1', '0x2/0x3'])}`,
  () => '-m comment --comment "a \\"quoted\\" -j word"',
  () => '-m pkttype --pkt-type unicast',
  () => '-m recent --name never --rcheck --seconds 60',
  () => '-p tcp --sport 1024:65535',
]
const OPAQUE = [
  '-m length --length 1:100',
  '-m statistic --mode random --probability 0.2',
  '-m string --string zz --algo bm',
]

export function iptablesRuleset(random: Random): TriedRuleset {
  const backend = random.pick(['nft', 'nft', 'legacy'])
  const named: string[] = []
  const families = random.chance(0.7) ? ([4, 6] as const) : ([4] as const)
  const loads = families.map((family) => {
    const build: Build = { random, family, named }
    const command = `${family === 4 ? 'iptables' : 'ip6tables'}-${backend}-restore`
    return { command, args: [], input: [...filter(build), ...nat(build), ...early(build)].join('\n').concat('\n') }
  })
  return { label: `iptables-${backend}`, loads, named }
}

function filter(build: Build): string[] {
  const { random } = build
  const chains = ['one', 'two'].slice(0, 1 + random.below(2))
  const policy = random.chance(0.5) ? 'DROP' : 'ACCEPT'
  const opening = ['-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT']
  if (policy === 'DROP' && random.chance(0.7)) {
    opening.push(`-A INPUT -p tcp -m multiport --dports ${[...new Set(ports(random))].join(',')} -j ACCEPT`)
  }
  return [
    '*filter',
    `:INPUT ${policy} [0:0]`,
    ':FORWARD DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...chains.map((chain) => `:${chain} - [0:0]`),
    ...opening,
    ...rules(build, 'INPUT', chains, 4 + random.below(6)),
    ...chains.flatMap((chain, at) => rules(build, chain, chains.slice(at + 1), 2 + random.below(4))),
    '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    '-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT',
    'COMMIT',
  ]
}

function nat({ random, family }: Build): string[] {
  if (!random.chance(0.3)) return []
  const lines = [
    `-A PREROUTING -p tcp --dport ${random.pick([81, 8081])} -j REDIRECT --to-ports ${random.pick([80, 8443])}`,
  ]
  if (family === 4)
    lines.push(`-A PREROUTING -p tcp --dport ${random.pick([443, 8090])} -j DNAT --to-destination 172.17.0.2:80`)
  return ['*nat', ':PREROUTING ACCEPT [0:0]', ...lines, 'COMMIT']
}

function early(build: Build): string[] {
  const { random } = build
  if (!random.chance(0.3)) return []
  const table = random.pick(['raw', 'mangle'])
  const marks = table === 'mangle' ? ['-A PREROUTING -p tcp --dport 80 -j MARK --set-mark 0x1'] : []
  return [`*${table}`, ':PREROUTING ACCEPT [0:0]', ...marks, ...rules(build, 'PREROUTING', [], 1), 'COMMIT']
}

function rules(build: Build, chain: string, chains: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => `-A ${chain} ${rule(build, chains, chain)}`)
}

function rule(build: Build, chains: readonly string[], chain: string): string {
  const { random } = build
  const all = Array.from({ length: 1 + random.below(3) }, () => random.pick(CONDITIONS)(build))
  // One match of a kind, and one protocol, in a rule.
  const kinds = new Map(all.map((text) => [/(?:^|! )(-m \w+|-\w)/.exec(text)?.[1] ?? text, text]))
  if (random.chance(0.03)) kinds.set('opaque', random.pick(OPAQUE))
  const canReject = chain !== 'PREROUTING'
  const verdict =
    chains.length > 0 && random.chance(0.3)
      ? `${random.pick(['-j', '-j', '-g'])} ${random.pick(chains)}`
      : `-j ${random.pick(['ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP', 'DROP', canReject ? 'REJECT' : 'DROP', 'RETURN'])}`
  return `${[...kinds.values()].join(' ')} ${verdict}`
}

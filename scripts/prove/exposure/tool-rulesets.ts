// Rulesets of the shapes that ufw, Docker and firewalld make, and what a real ufw made, with random ports.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../fuzz/random.ts'
import { PORTS, type TriedRuleset } from './rulesets.ts'

export function toolRuleset(random: Random): TriedRuleset {
  return random.pick([ufw, recordedUfw, docker, firewalld])(random)
}

const RECORDED = join(import.meta.dirname, 'recorded')
/** It has the port allowed, the port limited, and one for a network alone. */
const RECORDED_PORTS = ['22', '8080', '5432'] as const

/** `ufw enable` of Debian 12 in a namespace, with its own rules before and after ours, as iptables-save showed them. */
function recordedUfw(random: Random): TriedRuleset {
  const ports = new Map(RECORDED_PORTS.map((port) => [port as string, String(random.pick(PORTS))]))
  const loads = ([4, 6] as const).map((family) => {
    const text = readFileSync(join(RECORDED, `ufw-0.36.2-family-${family}.txt`), 'utf8')
    const input = text.replaceAll(/--dport (22|8080|5432)\b/g, (_, port: string) => `--dport ${ports.get(port)}`)
    return { command: family === 4 ? 'iptables-nft-restore' : 'ip6tables-nft-restore', args: [], input }
  })
  return { label: 'recorded ufw', loads, named: ['198.51.100.0/24'] }
}

function ufw(random: Random): TriedRuleset {
  const loads = ([4, 6] as const).map((family) => {
    const name = family === 4 ? 'ufw' : 'ufw6'
    const input = [
      '*filter',
      ':INPUT DROP [0:0]',
      ':FORWARD DROP [0:0]',
      ':OUTPUT ACCEPT [0:0]',
      ...['before-input', 'user-input', 'user-limit', 'user-limit-accept', 'not-local'].map(
        (chain) => `:${name}-${chain} - [0:0]`,
      ),
      `-A INPUT -j ${name}-before-input`,
      `-A ${name}-before-input -i lo -j ACCEPT`,
      ...(family === 6 ? [`-A ${name}-before-input -m rt --rt-type 0 -j DROP`] : []),
      `-A ${name}-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      `-A ${name}-before-input -m conntrack --ctstate INVALID -j DROP`,
      `-A ${name}-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT`,
      `-A ${name}-before-input -j ${name}-not-local`,
      `-A ${name}-before-input -j ${name}-user-input`,
      `-A ${name}-not-local -m addrtype --dst-type LOCAL -j RETURN`,
      `-A ${name}-not-local -m limit --limit 3/min --limit-burst 10 -j DROP`,
      `-A ${name}-not-local -j DROP`,
      `-A ${name}-user-input -p tcp -m tcp --dport ${random.pick(PORTS)} -j ACCEPT`,
      `-A ${name}-user-input -p tcp -m multiport --dports ${random.pick(PORTS)},8443 -j ACCEPT`,
      `-A ${name}-user-input -p udp -m udp --dport ${random.pick([53, 123])} -j ACCEPT`,
      `-A ${name}-user-input -p tcp -m tcp --dport 3306 -j DROP`,
      `-A ${name}-user-input -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --set --name ${name} --rsource`,
      `-A ${name}-user-input -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 --name ${name} --rsource -j ${name}-user-limit`,
      `-A ${name}-user-input -p tcp -m tcp --dport 22 -j ${name}-user-limit-accept`,
      `-A ${name}-user-limit -j REJECT`,
      `-A ${name}-user-limit-accept -j ACCEPT`,
      'COMMIT',
    ]
    return {
      command: family === 4 ? 'iptables-nft-restore' : 'ip6tables-nft-restore',
      args: [],
      input: `${input.join('\n')}\n`,
    }
  })
  return { label: 'ufw', loads, named: [] }
}

function docker(random: Random): TriedRuleset {
  const [open, local] = [random.pick([80, 443, 8090]), random.pick([8081, 8091])]
  const dropped = random.chance(0.3) ? ['-A DOCKER-USER -i eth0 -j DROP'] : []
  const input = [
    '*filter',
    `:INPUT ${random.pick(['ACCEPT', 'DROP'])} [0:0]`,
    ':FORWARD DROP [0:0]',
    ':DOCKER - [0:0]',
    ':DOCKER-USER - [0:0]',
    `-A INPUT -p tcp -m tcp --dport ${random.pick(PORTS)} -j ACCEPT`,
    '-A FORWARD -j DOCKER-USER',
    '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A FORWARD -o docker0 -j DOCKER',
    '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
    '-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT',
    ...dropped,
    'COMMIT',
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ':DOCKER - [0:0]',
    '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
    '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    '-A DOCKER -i docker0 -j RETURN',
    `-A DOCKER ! -i docker0 -p tcp -m tcp --dport ${open} -j DNAT --to-destination 172.17.0.2:80`,
    `-A DOCKER -d 127.0.0.1/32 ! -i docker0 -p tcp -m tcp --dport ${local} -j DNAT --to-destination 172.17.0.2:80`,
    'COMMIT',
  ]
  return {
    label: 'docker',
    loads: [{ command: 'iptables-nft-restore', args: [], input: `${input.join('\n')}\n` }],
    named: [],
  }
}

function firewalld(random: Random): TriedRuleset {
  const [one, other] = [random.pick(PORTS), random.pick(PORTS)]
  const input = `flush ruleset
table inet firewalld {
  chain filter_IN_public_allow {
    tcp dport 22 accept
    ip6 daddr fe80::/64 udp dport 546 accept
    tcp dport ${one} accept
    ip saddr 10.9.0.0/24 tcp dport ${other} accept
    udp dport 53 accept
  }
  chain filter_IN_public {
    jump filter_IN_public_allow
    meta l4proto { icmp, ipv6-icmp } accept
    reject with icmpx admin-prohibited
  }
  chain filter_IN_trusted { accept
  }
  chain filter_INPUT_ZONES {
    ip saddr 198.51.100.0/24 goto filter_IN_trusted
    iifname "wg0" goto filter_IN_trusted
    goto filter_IN_public
  }
  chain filter_PREROUTING {
    type filter hook prerouting priority -290; policy accept;
    icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept
    meta nfproto ipv6 fib saddr . mark . iif oif missing drop
  }
  chain filter_INPUT {
    type filter hook input priority 10; policy accept;
    ct state { established, related } accept
    ct status dnat accept
    iifname "lo" accept
    ct state invalid drop
    jump filter_INPUT_ZONES
    reject with icmpx admin-prohibited
  }
}
`
  return {
    label: 'firewalld',
    loads: [{ command: 'nft', args: ['-f', '-'], input }],
    named: ['10.9.0.0/24', '198.51.100.0/24'],
  }
}

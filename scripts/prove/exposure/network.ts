// Three network namespaces of their own: a host, the outside, and a container behind the host. Addresses are public ones
// that nobody reaches: nothing leaves the machine.
import { execFileSync } from 'node:child_process'

export type Namespaces = { host: string; outside: string; container: string }

export const HOST_FOUR = '203.0.114.10'
export const HOST_SIX = '2001:470:1::10'
export const CONTAINER = '172.17.0.2'

/** Null, or why namespaces cannot be made here. */
export function missingForNamespaces(): string | null {
  if (process.getuid?.() !== 0) return 'needs root to make network namespaces'
  for (const tool of ['/usr/sbin/ip', '/usr/bin/ss', '/usr/sbin/nft', '/usr/sbin/iptables-nft-restore']) {
    const found = run('/usr/bin/test', ['-x', tool])
    if (found !== null) return `${tool} is not installed (Debian packages iproute2, nftables, iptables)`
  }
  const name = `ovx${process.pid}t`
  const made = run('ip', ['netns', 'add', name]) ?? run('ip', ['netns', 'exec', name, 'nft', 'add table inet t'])
  run('ip', ['netns', 'del', name])
  return made
}

export function makeNetwork(): Namespaces {
  const names = { host: `ovx${process.pid}h`, outside: `ovx${process.pid}o`, container: `ovx${process.pid}c` }
  for (const name of Object.values(names)) must('ip', ['netns', 'add', name])
  const { host, outside, container } = names
  must('ip', ['-n', host, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside])
  must('ip', ['-n', host, 'link', 'add', 'docker0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', container])
  const addresses: [string, string, string][] = [
    [host, `${HOST_FOUR}/24`, 'eth0'],
    [host, '10.9.0.10/24', 'eth0'],
    [host, `${HOST_SIX}/64`, 'eth0'],
    [host, '172.17.0.1/16', 'docker0'],
    [outside, '203.0.114.1/24', 'eth0'],
    [outside, '2001:470:1::1/64', 'eth0'],
    [container, `${CONTAINER}/16`, 'eth0'],
  ]
  for (const name of Object.values(names)) must('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  for (const [name, address, device] of addresses) {
    must('ip', ['-n', name, 'address', 'add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : [])])
  }
  for (const [name, device] of [
    [host, 'eth0'],
    [host, 'docker0'],
    [outside, 'eth0'],
    [container, 'eth0'],
  ] as const) {
    must('ip', ['-n', name, 'link', 'set', device, 'up'])
  }
  must('ip', ['-n', host, 'route', 'add', 'default', 'via', '203.0.114.1'])
  must('ip', ['-n', host, '-6', 'route', 'add', 'default', 'via', '2001:470:1::1'])
  must('ip', ['-n', container, 'route', 'add', 'default', 'via', '172.17.0.1'])
  knowNeighbours(names)
  for (const [name, value] of HOST_SYSCTLS) must('ip', ['netns', 'exec', host, 'sysctl', '-qw', `${name}=${value}`])
  return names
}

const HOST_SYSCTLS = [
  ['net.ipv4.ip_forward', '1'],
  ['net.ipv4.tcp_synack_retries', '1'],
  ['net.ipv4.conf.all.rp_filter', '0'],
  ['net.core.somaxconn', '4096'],
] as const

/** A ruleset that drops neighbour discovery would cut IPv6 off as a whole, and prove nothing about its other rules. */
function knowNeighbours({ host, outside }: Namespaces): void {
  const pairs = [
    [host, outside, ['203.0.114.1', '2001:470:1::1']],
    [outside, host, [HOST_FOUR, HOST_SIX]],
  ] as const
  for (const [here, there, addresses] of pairs) {
    const [link] = JSON.parse(must('ip', ['-n', there, '-j', 'link', 'show', 'eth0'])) as [{ address: string }]
    for (const address of addresses) {
      must('ip', ['-n', here, 'neigh', 'replace', address, 'lladdr', link.address, 'dev', 'eth0', 'nud', 'permanent'])
    }
  }
}

export function removeNetwork(names: Namespaces): void {
  for (const name of Object.values(names)) run('ip', ['netns', 'del', name])
}

/** Null, or what it said when it failed. */
export function run(command: string, args: readonly string[], input = ''): string | null {
  try {
    execFileSync(command, args, { input, stdio: ['pipe', 'pipe', 'pipe'] })
    return null
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return stderr === '' ? String(error) : stderr
  }
}

function must(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

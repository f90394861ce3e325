// What the kernel does with packets beside the rules: its settings, and programs that see them first.
import { externalInterfaces } from '../exposure/external.ts'
import type { Network } from '../exposure/host-network.ts'
import type { Sysctls } from '../exposure/walk-packet.ts'
import type { Host } from '../host/host.ts'
import { textOr } from './scan-firewall-reading.ts'

/** `text`: all that was read, for the digest. */
export async function readSysctls(host: Host, names: readonly string[]): Promise<{ read: Sysctls; text: string }> {
  const values = new Map<string, string>()
  const read = async (path: string) => {
    const text = await textOr(host, `/proc/sys/net/${path}`, '')
    if (text !== '') values.set(path, text.trim())
  }
  const paths = ['all', ...names].flatMap((name) => [
    ...['route_localnet', 'rp_filter', 'forwarding'].map((key) => `ipv4/conf/${name}/${key}`),
    `ipv6/conf/${name}/forwarding`,
  ])
  await Promise.all(['ipv4/ip_forward', ...paths].map(read))
  const isOn = (path: string) => Number(values.get(path) ?? 0) > 0
  return {
    text: JSON.stringify([...values].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    read: {
      routeLocalnet: (name) => isOn('ipv4/conf/all/route_localnet') || isOn(`ipv4/conf/${name}/route_localnet`),
      // Not recorded: a host that translates to others forwards.
      forwarding: (family, name) => {
        const path = family === 4 ? `ipv4/conf/${name}/forwarding` : 'ipv6/conf/all/forwarding'
        const known = values.get(path) ?? (family === 4 ? values.get('ipv4/ip_forward') : undefined)
        return known === undefined || Number(known) > 0
      },
      isReversePathStrict: (name) => {
        const all = ['all', name].map((one) => Number(values.get(`ipv4/conf/${one}/rp_filter`) ?? 0))
        return Math.max(...all) === 1
      },
    },
  }
}

/** Programs in the kernel that act on packets before any rule are seen only by their traces. */
export async function findDatapath(host: Host, network: Network): Promise<string | null> {
  const outside = new Set(
    ([4, 6] as const).flatMap((family) => externalInterfaces(network, family).map(({ name }) => name)),
  )
  const below = withBelow(network, outside)
  const xdp = network.interfaces.find(({ hasXdp, name }) => hasXdp && below.has(name))
  if (xdp !== undefined) return `an XDP program on ${xdp.name}`
  const made = network.interfaces.find(({ name }) => /^(?:cilium_(?:host|net)|bpfin\.cali|lxc_health)$/.test(name))
  if (made !== undefined) return `the interface ${made.name} of an eBPF datapath`
  const balanced = await textOr(host, '/proc/net/ip_vs', '')
  if (balanced.split('\n').some((line) => /^(?:TCP|UDP|FWM) /.test(line))) return 'virtual services of IPVS'
  const pinned = await host.list('/sys/fs/bpf/tc/globals').catch(() => [])
  return pinned.length > 0 ? 'eBPF programs of tc under /sys/fs/bpf/tc/globals' : null
}

/** Bonds, bridges and VLANs get their packets from others. */
function withBelow({ interfaces }: Network, names: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(names)
  // As deep as a VLAN on a bond in a bridge.
  for (let depth = 0; depth < 4; depth++) {
    for (const { name, master, link } of interfaces) {
      if (master !== null && all.has(master)) all.add(name)
      if (link !== null && all.has(name)) all.add(link)
    }
  }
  return all
}

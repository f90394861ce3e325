// Reads what the verdicts about ports are made from: sockets, addresses, routes and rules, each with one command of the
// closed list, and a few files. What cannot be read is said, never left out.
import { parseInterfaces, parseRoutes, type Interface, type Network } from '../exposure/host-network.ts'
import { parseSockets, type ListeningSocket } from '../exposure/sockets.ts'
import type { Sysctls } from '../exposure/walk-packet.ts'
import type { Host } from '../host/host.ts'
import { readContainers, type ContainerOf } from './scan-firewall-containers.ts'
import { firewallDigest } from './scan-firewall-digest.ts'
import { findDatapath, readSysctls } from './scan-firewall-kernel.ts'
import { printed, textOr } from './scan-firewall-reading.ts'
import { readRuleTexts, type RuleTexts, type Unreadable } from './scan-firewall-rules.ts'
import { readUnitFilters, type UnitFilters } from './scan-firewall-units.ts'

export type FirewallInputs = {
  sockets: readonly ListeningSocket[]
  network: Network
  ruleTexts: RuleTexts | Unreadable
  sysctls: Sysctls
  filtersOf: UnitFilters
  datapath: string | null
  containerOf: ContainerOf
  /** Of everything above. */
  digest: string
}

/** Throws HostError or Error where sockets or addresses cannot be read: without them there is nothing to judge. */
export async function readFirewallInputs(host: Host): Promise<FirewallInputs> {
  const [socketText, addressText, routeText] = await Promise.all([
    printed(host, 'ss'),
    printed(host, 'ip-address'),
    printed(host, 'ip-route').catch(() => null),
  ])
  const sockets = (await serversOf(host, parseSockets(socketText))).slice(0, SOCKETS_MAX)
  const interfaces = await Promise.all(parseInterfaces(addressText).map((one) => withKind(host, one)))
  if (interfaces.length === 0) throw new Error('ip printed no interface')
  const network = { interfaces, routes: routeText === null ? null : parseRoutes(routeText) }
  const names = interfaces.map(({ name }) => name).filter((name) => /^[^/\s]+$/.test(name))
  const [ruleTexts, sysctls, filters, datapath] = await Promise.all([
    readRuleTexts(host),
    readSysctls(host, names),
    readUnitFilters(host, sockets),
    findDatapath(host, network),
  ])
  const containers = await readContainers(host)
  const others = [sockets, network].map((value) => JSON.stringify(value, bigintsAsText))
  const digest = firewallDigest(ruleTexts, [...others, sysctls.text, filters.text, datapath ?? '', containers.text])
  const read = { sockets, network, ruleTexts, sysctls: sysctls.read, filtersOf: filters.of, datapath, digest }
  return { ...read, containerOf: containers.of }
}

/** Far more than any server has; each costs a row. */
const SOCKETS_MAX = 20_000

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString(16) : value
}

/** A UDP client that spoke once looks like a server; what the kernel gave it lies in this range: ip(7). */
async function serversOf(host: Host, sockets: readonly ListeningSocket[]): Promise<ListeningSocket[]> {
  const range = await textOr(host, '/proc/sys/net/ipv4/ip_local_port_range', '32768 60999')
  const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number)
  return sockets.filter(({ protocol, port }) => protocol === 'tcp' || port < first || port > last)
}

async function withKind(host: Host, one: Interface): Promise<Interface> {
  if (one.kind !== null || !/^[^/\s.][^/\s]*$/.test(one.name)) return one
  const directory = `/sys/class/net/${one.name}`
  const lines = (await textOr(host, `${directory}/uevent`, '')).split('\n')
  const type = lines.find((line) => line.startsWith('DEVTYPE='))?.slice('DEVTYPE='.length)
  const isTunnel = (await textOr(host, `${directory}/tun_flags`, '')) !== ''
  return { ...one, kind: type ?? (isTunnel ? 'tun' : null) }
}

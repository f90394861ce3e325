// Reads what the verdicts about ports are made from: sockets, addresses, routes and rules, each with one command of the
// closed list, and a few files. What cannot be read is said, never left out.
import { externalInterfaces } from '../exposure/external.ts'
import { parseInterfaces, parseRoutes, type Interface, type Network } from '../exposure/host-network.ts'
import { localAddresses } from '../exposure/host-network.ts'
import { parseTerse } from '../exposure/nft-terse.ts'
import { joinSources } from '../exposure/rule-sources.ts'
import type { Ruleset } from '../exposure/ruleset.ts'
import { parseSockets, type ListeningSocket } from '../exposure/sockets.ts'
import type { Sysctls } from '../exposure/walk-packet.ts'
import type { HostCommand } from '../host/commands.ts'
import { isMissing, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { readUnitFilters, type UnitFilters } from './scan-firewall-units.ts'

export type FirewallInputs = {
  sockets: readonly ListeningSocket[]
  network: Network
  rules: Ruleset | { unreadable: string }
  sysctls: Sysctls
  filtersOf: UnitFilters
  datapath: string | null
  /** Everything above as texts, for the digest. */
  texts: readonly string[]
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
  const rules = 'unreadable' in ruleTexts ? ruleTexts : parseRules(ruleTexts, network)
  const texts = [
    JSON.stringify(sockets, bigintsAsText),
    addressText.replaceAll(LIFETIMES, ''),
    routeText ?? '',
    sysctls.text,
  ]
  const ruleText =
    'unreadable' in ruleTexts
      ? ruleTexts.unreadable
      : JSON.stringify({ ...ruleTexts, notes: null }).replaceAll(COUNTERS, '')
  return {
    sockets,
    network,
    rules,
    sysctls: sysctls.read,
    filtersOf: filters.of,
    datapath,
    texts: [...texts, ruleText, filters.text, datapath ?? ''],
  }
}

/** Far more than any server has; each costs a row. */
const SOCKETS_MAX = 20_000
const LIFETIMES = /"(?:valid|preferred)_life_time":\d+,?/g
/** They change with every packet, and no verdict depends on them. */
const COUNTERS = /\\?"(?:packets|bytes|used|expires)\\?": ?\d+|^#.*$/gm

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString(16) : value
}

/** Throws HostError when the command is missing, and Error when it failed. */
async function printed(host: Host, command: HostCommand): Promise<string> {
  const { exitCode, stdout } = await host.run(command)
  if (exitCode !== 0) throw new Error(`${command} ended with status ${exitCode}`)
  return stdout
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
  const type = /^DEVTYPE=(\S+)/m.exec(await textOr(host, `${directory}/uevent`, ''))?.[1]
  const isTunnel = (await textOr(host, `${directory}/tun_flags`, '')) !== ''
  return { ...one, kind: type ?? (isTunnel ? 'tun' : null) }
}

async function textOr(host: Host, path: string, otherwise: string): Promise<string> {
  return await host.readText(path).catch(() => otherwise)
}

type Texts = { nft: string; notes: string | null; nftSaves: Saves; legacySaves: Saves }
type Saves = Readonly<Record<4 | 6, string | null>>

async function readRuleTexts(host: Host): Promise<Texts | { unreadable: string }> {
  try {
    const nft = await nftText(host)
    const hasXt = nft.includes('"xt"')
    const notes = /"(?:ingress|flags)"/.test(nft) ? await printed(host, 'nft-terse').catch(() => null) : null
    const saveOf = async (command: HostCommand) => (hasXt ? await printed(host, command).catch(() => null) : null)
    const nftSaves = { 4: await saveOf('iptables-nft-save'), 6: await saveOf('ip6tables-nft-save') }
    return { nft, notes, nftSaves, legacySaves: { 4: await legacyText(host, 4), 6: await legacyText(host, 6) } }
  } catch (error) {
    return { unreadable: reasonOf(error) }
  }
}

const NO_RULES = '{"nftables": []}'

/** A kernel whose list of modules lacks nf_tables has no rules for nft to show. A kernel without modules tells nothing. */
async function nftText(host: Host): Promise<string> {
  try {
    return await printed(host, 'nft')
  } catch (error) {
    if (!isMissing(error)) throw error
    const modules = await textOr(host, '/proc/modules', '')
    if (modules === '' || /^nf_tables /m.test(modules)) {
      throw new Error('nft is not installed, so its rules cannot be read', { cause: error })
    }
    return NO_RULES
  }
}

const LEGACY = {
  4: { names: '/proc/net/ip_tables_names', save: 'iptables-legacy-save' },
  6: { names: '/proc/net/ip6_tables_names', save: 'ip6tables-legacy-save' },
} as const

/** The save prints nothing where it may not read the names of the tables: only both together say "no rules". */
async function legacyText(host: Host, family: 4 | 6): Promise<string | null> {
  const { names, save } = LEGACY[family]
  const listed = await host.readText(names).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  const tables = (listed ?? '').split('\n').filter(Boolean)
  if (listed !== null && tables.length === 0) return null
  const text = await printed(host, save).catch((error: unknown) => {
    if (isMissing(error) && tables.length === 0) return null
    throw error
  })
  const missing = tables.filter((table) => text?.includes(`*${table}\n`) !== true)
  if (missing.length > 0) throw new Error(`${save} does not show the table ${missing[0]}`)
  return text
}

function parseRules(texts: Texts, network: Network): Ruleset | { unreadable: string } {
  try {
    const local = { 4: localAddresses(network, 4), 6: localAddresses(network, 6) }
    const notes = texts.notes === null ? null : parseTerse(texts.notes)
    return joinSources({ ...texts, notes }, { localOf: (family) => local[family] })
  } catch (error) {
    return { unreadable: reasonOf(error) }
  }
}

async function readSysctls(host: Host, names: readonly string[]): Promise<{ read: Sysctls; text: string }> {
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
async function findDatapath(host: Host, network: Network): Promise<string | null> {
  const outside = new Set(
    ([4, 6] as const).flatMap((family) => externalInterfaces(network, family).map(({ name }) => name)),
  )
  const xdp = network.interfaces.find(({ hasXdp, name }) => hasXdp && outside.has(name))
  if (xdp !== undefined) return `an XDP program on ${xdp.name}`
  const made = network.interfaces.find(({ name }) => /^(?:cilium_(?:host|net)|bpfin\.cali|lxc_health)$/.test(name))
  if (made !== undefined) return `the interface ${made.name} of an eBPF datapath`
  const balanced = await textOr(host, '/proc/net/ip_vs', '')
  if (/^(?:TCP|UDP|FWM) /m.test(balanced)) return 'virtual services of IPVS'
  const pinned = await host.list('/sys/fs/bpf/tc/globals').catch(() => [])
  return pinned.length > 0 ? 'eBPF programs of tc under /sys/fs/bpf/tc/globals' : null
}

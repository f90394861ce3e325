// A host to judge in memory: one public address of each family on eth0, a container bridge, and the rules of a test.
import { decideExposure } from '../../../agent/exposure/decide.ts'
import type { ExposureInput, ExposureRow } from '../../../agent/exposure/exposure-scan.ts'
import { hasDefaultRoute } from '../../../agent/exposure/external.ts'
import { localAddresses, parseInterfaces, parseRoutes } from '../../../agent/exposure/host-network.ts'
import { joinSources, type RuleTexts } from '../../../agent/exposure/rule-sources.ts'
import { parseSockets } from '../../../agent/exposure/sockets.ts'

const address = (local: string, prefixlen: number) => ({ local, prefixlen })

export const INTERFACES = [
  { ifname: 'lo', addr_info: [address('127.0.0.1', 8), address('::1', 128)] },
  { ifname: 'eth0', addr_info: [address('203.0.114.10', 24), address('10.9.0.10', 24), address('2001:470:1::10', 64)] },
  { ifname: 'docker0', addr_info: [address('172.17.0.1', 16)] },
]
export const ROUTES = [
  { dst: 'default', gateway: '203.0.114.1', dev: 'eth0' },
  { dst: '172.17.0.0/16', dev: 'docker0', scope: 'link' },
  { dst: 'default', gateway: '2001:470:1::1', dev: 'eth0', pref: 'medium' },
]
export const LISTENING = 'tcp LISTEN 0 16 *:80 *:* ino:1 sk:1 cgroup:/system.slice/web.service v6only:0 <->'

export type ExposedHost = Partial<RuleTexts> & {
  ss?: string
  interfaces?: unknown
  routes?: unknown
  input?: Partial<ExposureInput>
}

export function judged({
  ss = LISTENING,
  interfaces = INTERFACES,
  routes = ROUTES,
  input = {},
  ...texts
}: ExposedHost): ExposureRow[] {
  const network = {
    interfaces: parseInterfaces(JSON.stringify(interfaces)),
    routes: parseRoutes(JSON.stringify(routes)),
  }
  const none = { 4: null, 6: null }
  const all = { nft: nftText([]), notes: null, nftSaves: none, legacySaves: none, ...texts }
  const rules = joinSources(all, {
    localOf: (family) => localAddresses(network, family),
    hasWayBack: (family, name) => hasDefaultRoute(network, family, name),
  })
  return decideExposure({
    sockets: parseSockets(ss),
    network,
    rules,
    sysctls: { routeLocalnet: () => false, forwarding: () => true, isReversePathStrict: () => false },
    filtersOf: () => null,
    datapath: null,
    isReachable: false,
    ...input,
  })
}

/** "exposed accept-rule" of one row; undefined where there is none. */
export function verdictOf(rows: readonly ExposureRow[], family: 4 | 6, port = 80): string | undefined {
  const row = rows.find((one) => one.protocol === 'tcp' && one.family === family && one.port === port)
  return row === undefined ? undefined : `${row.verdict} ${row.reason}`
}

export function nftText(objects: readonly unknown[]): string {
  return JSON.stringify({ nftables: objects })
}

export type ChainSpec = { name: string; base?: Record<string, unknown>; rules: readonly (readonly unknown[])[] }

/** One table of nft: chains with the expressions of their rules. */
export function nftTable(
  chains: readonly ChainSpec[],
  {
    family = 'inet',
    name = 't',
    sets = [] as readonly unknown[],
    flags,
  }: { family?: string; name?: string; sets?: readonly unknown[]; flags?: unknown } = {},
): unknown[] {
  return [
    { table: { family, name, ...(flags === undefined ? {} : { flags }) } },
    ...sets.map((set) => ({ set: { family, table: name, ...(set as object) } })),
    ...chains.map((chain) => ({ chain: { family, table: name, name: chain.name, ...chain.base } })),
    ...chains.flatMap((chain) =>
      chain.rules.map((expr, handle) => ({ rule: { family, table: name, chain: chain.name, handle, expr } })),
    ),
  ]
}

export const INPUT = { type: 'filter', hook: 'input', prio: 0 }
export const DROPPING = { ...INPUT, policy: 'drop' }
export const ACCEPT = { accept: null }
export const DROP = { drop: null }

export function dport(port: unknown, op = '=='): unknown {
  return { match: { op, left: { payload: { protocol: 'tcp', field: 'dport' } }, right: port } }
}

export function saddr(right: unknown, op = '=='): unknown {
  return { match: { op, left: { payload: { protocol: 'ip', field: 'saddr' } }, right } }
}

export function prefix(addr: string, len: number): unknown {
  return { prefix: { addr, len } }
}

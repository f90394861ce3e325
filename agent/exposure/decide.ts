// Who can reach what on this host: one row for each protocol, family, address and port, from sockets, addresses, routes
// and rules read at one moment. Pure.
import { addressesAsText, type BindClass, bindClassOf } from './bind-class.ts'
import { externalInterfaces, hasDefaultRoute, reachableAddresses, type Reach } from './external.ts'
import type { Family } from './family.ts'
import type { Network } from './host-network.ts'
import { judgeWalk, type PortVerdict, type Wanted } from './judge-port.ts'
import type { Protocol } from './packet.ts'
import { intersect, type Point, type Ranges } from './ranges.ts'
import type { Ruleset } from './ruleset.ts'
import type { ListeningSocket } from './sockets.ts'
import { TooMuchWorkError, type Budget } from './trace.ts'
import { translatedPorts } from './translated-ports.ts'
import type { UnitFilter } from './unit-filter.ts'
import { createWalkCache, type WalkCache } from './walk-cache.ts'
import { prepare, type HostView, type Sysctls } from './walk-packet.ts'

export type ExposureInput = {
  sockets: readonly ListeningSocket[]
  network: Network
  /** Or why there is none. */
  rules: Ruleset | { unreadable: string }
  sysctls: Sysctls
  /** Of the units a control group belongs to, innermost first. */
  filtersOf: (cgroup: string) => readonly UnitFilter[]
  /** Programs that see packets before any rule, as far as they show; null: none seen. */
  datapath: string | null
  /** Somebody said that the private address is translated to from outside. */
  isReachable: boolean
}

export type ExposureRow = Omit<PortVerdict, 'share'> & {
  protocol: Protocol
  family: Family
  address: string
  port: number
  cgroup: string | null
  share: number | null
  /** Where translation sends it, if that is not this host. */
  target: Point | null
}

/** Enough for 20,000 rules, 60,000 elements and 200 ports; beyond it rows are unknown. */
const STEPS_MAX = 40_000_000

type Scan = { input: ExposureInput; host: HostView; ruleset: Ruleset; walkOf: WalkCache; budget: Budget }
type Group = { protocol: Protocol; family: Family; address: Point | null; port: number; sockets: ListeningSocket[] }
type Judged = Omit<PortVerdict, 'share'> & { share: number | null; target: Point | null }

export function decideExposure(input: ExposureInput): ExposureRow[] {
  const groups = groupsOf(input.sockets)
  const { rules } = input
  if ('unreadable' in rules) return groups.map((group) => toRow(group, withoutRules(group, rules.unreadable)))
  const budget = { steps: 0, stepsMax: STEPS_MAX }
  const host = prepare(rules, input.network, input.sysctls)
  const scan = { input, host, ruleset: rules, budget, walkOf: createWalkCache(host, budget) }
  const rows = groups.map((group) =>
    toRow(
      group,
      guarded(() => judgeGroup(scan, group), group),
    ),
  )
  return [...rows, ...translatedRows(scan, groups)]
}

function groupsOf(sockets: readonly ListeningSocket[]): Group[] {
  const groups = Map.groupBy(
    sockets,
    ({ protocol, family, address, port }) => `${protocol} ${family} ${address} ${port}`,
  )
  return [...groups.values()].flatMap((all) => {
    const [first] = all
    return first === undefined ? [] : [{ ...first, sockets: all }]
  })
}

function toRow({ protocol, family, address, port, sockets }: Group, judged: Judged): ExposureRow {
  const cgroup = sockets.find((socket) => socket.cgroup !== null)?.cgroup ?? null
  return { protocol, family, address: addressesAsText(address, family), port, cgroup, ...judged }
}

function guarded(judge: () => Judged, group: Group): Judged {
  try {
    return judge()
  } catch (error) {
    if (!(error instanceof TooMuchWorkError) && !(error instanceof RangeError)) throw error
    const bound = byBindAlone(bindClassOf(group.address))
    return bound ?? unknown('ruleset-too-large', error.message)
  }
}

/** What the address decides, whatever the rules. */
function byBindAlone(bound: BindClass): Judged | null {
  if (bound === 'loopback') return filtered('loopback-bind')
  if (bound === 'link-local') return filtered('link-local-bind')
  return bound === 'multicast' ? filtered('multicast-bind') : null
}

function withoutRules({ address }: Group, why: string): Judged {
  return byBindAlone(bindClassOf(address)) ?? unknown('firewall-unreadable', why)
}

function judgeGroup(scan: Scan, group: Group): Judged {
  const bound = bindClassOf(group.address)
  if (bound === 'link-local' || bound === 'multicast') return filtered(`${bound}-bind`)
  const { network } = scan.input
  const reach = reachableAddresses(network, group.family)
  const isOwnSocketOnly = bound === 'loopback' || (bound === 'private' && !isAmong(reach, group.address))
  const isFloating = group.address !== null && !isOnAnInterface(scan, group)
  if (isFloating) return unknown('floating-address', 'the address it is bound to is on no interface')
  const wanted = { sockets: group.sockets, isElsewhereCounted: !isOwnSocketOnly }
  const asked = group.address === null || isOwnSocketOnly ? reach.addresses.map(({ point }) => point) : [group.address]
  const judged = judgeEverywhere(scan, group, { asked, wanted, reach })
  if (judged === null)
    return isOwnSocketOnly ? filtered(bindReason(scan, group, bound)) : withoutWayIn(scan, reach, group.family)
  if (judged.verdict !== 'filtered') return judged
  if (isOwnSocketOnly) return filtered(bindReason(scan, group, bound))
  const devices = group.sockets.map(({ device }) => device)
  const outside = new Set(externalInterfaces(network, group.family).map(({ name }) => name))
  const isElsewhere = devices.every((device) => device !== null && !outside.has(device))
  return isElsewhere ? filtered('interface-restricted') : judged
}

function isAmong({ addresses }: Reach, point: Point | null): boolean {
  return addresses.some((address) => address.point === point)
}

function isOnAnInterface({ host }: Scan, { address, family }: Group): boolean {
  return address !== null && intersect(host.local[family], pointRange(address)).length > 0
}

function pointRange(point: Point): Ranges {
  return typeof point === 'bigint' ? [point, point + 1n] : [point, point + 1]
}

function bindReason({ input }: Scan, { family, address }: Group, bound: BindClass): string {
  if (bound === 'loopback') return 'loopback-bind'
  const outside = externalInterfaces(input.network, family).flatMap(({ addresses }) => addresses)
  return outside.some(({ point }) => point === address) ? 'private-bind' : 'bridge-only'
}

/** No address that anybody outside could ask for, or none of the known ways in. */
function withoutWayIn({ input: { network } }: Scan, reach: Reach, family: Family): Judged {
  if (network.routes !== null && !hasDefaultRoute(network, family, null)) return filtered('no-external-address')
  if (reach.addresses.length === 0 && externalInterfaces(network, family).length > 0)
    return filtered('no-external-address')
  return unknown('no-external-interface', 'the default route leaves through no interface that leads outside')
}

type Asked = { asked: readonly Point[]; wanted: Wanted; reach: Reach }

/** Each way in, each address; the worst holds. Null: there is no way in. */
function judgeEverywhere(scan: Scan, group: Group, { asked, wanted, reach }: Asked): Judged | null {
  const { network, filtersOf } = scan.input
  const cgroup = group.sockets[0]?.cgroup ?? null
  const filters = cgroup === null ? [] : filtersOf(cgroup)
  const allowed = filters.reduce<Ranges | null>((sum, filter) => narrowed(sum, filter.allowed(group.family)), null)
  const found = externalInterfaces(network, group.family).flatMap(({ name }) =>
    asked.map((daddr) => {
      const question = { family: group.family, protocol: group.protocol, iif: name, daddr, dport: group.port }
      const walk = scan.walkOf(question)
      const verdict = judgeWalk(scan.host, walk, question, {
        wanted,
        all: scan.input.sockets,
        budget: scan.budget,
        allowed,
      })
      const target = walk.arrivals.find(({ kind }) => kind === 'forward')?.lane.packet.daddr ?? null
      return qualified(scan, { ...verdict, target }, { family: group.family, name, reach, filters })
    }),
  )
  return found.reduce<Judged | null>(
    (worst, one) => (worst === null || RANK[one.verdict] > RANK[worst.verdict] ? one : worst),
    null,
  )
}

const RANK = { filtered: 0, unknown: 1, exposed: 2 }

function narrowed(sum: Ranges | null, next: Ranges | null): Ranges | null {
  if (sum === null || next === null) return sum ?? next
  return intersect(sum, next)
}

type Way = { family: Family; name: string; reach: Reach; filters: readonly UnitFilter[] }

/** What rules do not show. None of it ever makes an unknown into anything else. */
function qualified({ input, ruleset }: Scan, judged: Judged, { family, name, reach, filters }: Way): Judged {
  if (input.datapath !== null) return { ...judged, ...unknown('ebpf-datapath', input.datapath), share: judged.share }
  if (judged.verdict !== 'exposed') return judged
  const doubt = doubtOf({ input, ruleset }, { family, name, filters })
  if (doubt !== null) return { ...judged, verdict: 'unknown', ...doubt }
  const isUnmapped = reach.isPrivate && !input.isReachable
  return isUnmapped ? { ...judged, verdict: 'unknown', reason: 'maybe-nat-mapped' } : judged
}

function doubtOf(
  { input: { network, sysctls }, ruleset }: Pick<Scan, 'input' | 'ruleset'>,
  { family, name, filters }: Omit<Way, 'reach'>,
): { reason: string; rule: string } | null {
  const isBridge = network.interfaces.some(({ master }) => master === name)
  if (ruleset.isBelowIp && isBridge) return { reason: 'opaque-rule', rule: `rules of the bridge ${name}` }
  if (ruleset.isEgress) return { reason: 'opaque-rule', rule: 'rules for what leaves an interface' }
  if (filters.some(({ isRestrictedByInterface }) => isRestrictedByInterface)) {
    return { reason: 'opaque-rule', rule: 'RestrictNetworkInterfaces= of the unit' }
  }
  const isStrict = family === 4 && sysctls.isReversePathStrict(name) && !hasDefaultRoute(network, family, name)
  return isStrict && network.routes !== null
    ? { reason: 'reverse-path-filter', rule: `rp_filter is strict on ${name}, which has no default route` }
    : null
}

function translatedRows(scan: Scan, groups: readonly Group[]): ExposureRow[] {
  const known = new Set(
    groups
      .filter(({ address }) => address === null)
      .map(({ protocol, family, port }) => `${protocol} ${family} ${port}`),
  )
  return ([4, 6] as const).flatMap((family) =>
    (['tcp', 'udp'] as const).flatMap((protocol) => {
      const ports = portsOf(scan, protocol, family).filter((port) => !known.has(`${protocol} ${family} ${port}`))
      return ports.flatMap((port) => translatedRow(scan, { protocol, family, address: null, port, sockets: [] }))
    }),
  )
}

function portsOf({ input, host, budget }: Scan, protocol: Protocol, family: Family): number[] {
  const daddrs = reachableAddresses(input.network, family).addresses.map(({ point }) => point)
  const names = externalInterfaces(input.network, family).map(({ name }) => name)
  try {
    const ports = names.flatMap((iif) =>
      daddrs.flatMap((daddr) => translatedPorts(host, { family, protocol, iif, daddr }, budget)),
    )
    return [...new Set(ports)].toSorted((a, b) => a - b)
  } catch (error) {
    if (error instanceof TooMuchWorkError) return []
    throw error
  }
}

/** None where nothing is translated after all. */
function translatedRow(scan: Scan, group: Group): ExposureRow[] {
  const reach = reachableAddresses(scan.input.network, group.family)
  const asked = reach.addresses.map(({ point }) => point)
  const wanted = { sockets: [], isElsewhereCounted: true }
  const judged = guarded(
    () => judgeEverywhere(scan, group, { asked, wanted, reach }) ?? filtered('no-external-address'),
    group,
  )
  return [toRow(group, { ...judged, via: judged.via ?? 'dnat' })]
}

function filtered(reason: string): Judged {
  return { verdict: 'filtered', reason, rule: null, share: null, via: null, target: null }
}

function unknown(reason: string, rule: string): Judged {
  return { verdict: 'unknown', reason, rule, share: null, via: null, target: null }
}

// One port through every interface that leads outside, at every address that can be asked for: the worst holds. Pure.
import { unknown, type Group, type Judged, type Scan } from './exposure-scan.ts'
import { doubtfulInterfaces, externalInterfaces, hasDefaultRoute, type Reach } from './external.ts'
import type { Family } from './family.ts'
import { deliveries, judgeWalk, type Wanted } from './judge-port.ts'
import type { Window } from './packet.ts'
import type { Point } from './ranges.ts'
import type { ListeningSocket } from './sockets.ts'

export type Asked = { asked: readonly Point[]; wanted: Wanted; reach: Reach }

/** Null: there is no way in. */
export function judgeEverywhere(scan: Scan, group: Group, { asked, wanted, reach }: Asked): Judged | null {
  const { network, filtersOf, sockets: all } = scan.input
  const filterOf = ({ cgroup }: ListeningSocket) => (cgroup === null ? null : filtersOf(cgroup))
  const { family, protocol } = group
  const judgedAt = (iif: string, daddr: Point): Judged => {
    const question = { family, protocol, iif, daddr, dport: group.port }
    const walk = scan.walkOf(question)
    const verdict = judgeWalk(scan, walk, question, { wanted, all, filterOf })
    const target = walk.arrivals.find(({ kind }) => kind === 'forward')?.lane.packet.daddr ?? null
    const holders = deliveries(walk, question, { wanted, all }).flatMap(({ sockets }) => sockets)
    const unitDoubt = holders.map((socket) => filterOf(socket)?.doubt ?? null).find((doubt) => doubt !== null) ?? null
    return qualified(scan, { ...verdict, target }, { family, name: iif, reach, unitDoubt })
  }
  const found = externalInterfaces(network, family).flatMap(({ name, master }) => {
    const vrf = network.interfaces.find((one) => one.isVrf && one.name === master)
    // Packets pass the rules twice there, under two names, and sockets are found by other rules.
    if (vrf !== undefined && wanted.isElsewhereCounted) return [unknown('opaque-rule', `the VRF ${vrf.name}`)]
    return asked.map((daddr) => judgedAt(name, daddr))
  })
  const worst = found.reduce<Judged | null>(
    (most, one) => (most === null || RANK[one.verdict] > RANK[most.verdict] ? one : most),
    null,
  )
  if (worst === null) return null
  const hidden = worst.verdict === 'filtered' ? doubtfulInterfaces(network, family) : []
  const beside = hidden.flatMap(({ name }) => asked.map((daddr) => ({ name, judged: judgedAt(name, daddr) })))
  const ports = [...found, ...beside.map(({ judged }) => judged)].reduce<Window | null>(inBoth, null)
  const way = beside.find(({ judged }) => judged.verdict !== 'filtered')
  if (way === undefined) return { ...worst, ports }
  return { ...unknown('no-external-interface', `${way.name} has a public address and the default route`), ports }
}

const RANK = { filtered: 0, unknown: 1, exposed: 2 }

function inBoth(window: Window | null, { ports }: Judged): Window | null {
  if (window === null || ports === null) return window ?? ports
  return {
    from: window.from > ports.from ? window.from : ports.from,
    beyond: window.beyond < ports.beyond ? window.beyond : ports.beyond,
  }
}

type Way = { family: Family; name: string; reach: Reach; unitDoubt: string | null }

/** What rules do not show. None of it ever makes an unknown into anything else. */
function qualified({ input, ruleset }: Scan, judged: Judged, { family, name, reach, unitDoubt }: Way): Judged {
  if (input.datapath !== null) {
    const { share, ports } = judged
    return { ...unknown('ebpf-datapath', input.datapath), target: judged.target, share, ports }
  }
  if (judged.verdict !== 'exposed') return judged
  const doubt = doubtOf({ input, ruleset }, { family, name, unitDoubt })
  if (doubt !== null) return { ...judged, verdict: 'unknown', ...doubt }
  const isUnmapped = reach.isPrivate && !input.isReachable
  return isUnmapped ? { ...judged, verdict: 'unknown', reason: 'maybe-nat-mapped' } : judged
}

function doubtOf(
  { input: { network, sysctls }, ruleset }: Pick<Scan, 'input' | 'ruleset'>,
  { family, name, unitDoubt }: Omit<Way, 'reach'>,
): { reason: string; rule: string } | null {
  const isBridge = network.interfaces.some(({ master }) => master === name)
  if (ruleset.isBelowIp && isBridge) return { reason: 'opaque-rule', rule: `rules of the bridge ${name}` }
  if (ruleset.isEgress) return { reason: 'opaque-rule', rule: 'rules for what leaves an interface' }
  if (unitDoubt !== null) return { reason: 'opaque-rule', rule: unitDoubt }
  const isStrict = family === 4 && sysctls.isReversePathStrict(name) && !hasDefaultRoute(network, family, name)
  return isStrict && network.routes !== null
    ? { reason: 'reverse-path-filter', rule: `rp_filter is strict on ${name}, which has no default route` }
    : null
}

// One port through every interface that leads outside, at every address that can be asked for: the worst holds. Pure.
import { unknown, type Group, type Judged, type Scan } from './exposure-scan.ts'
import { externalInterfaces, hasDefaultRoute, type Reach } from './external.ts'
import type { Family } from './family.ts'
import { judgeWalk, type Wanted } from './judge-port.ts'
import type { Window } from './packet.ts'
import { intersect, type Point, type Ranges } from './ranges.ts'
import type { UnitFilter } from './unit-filter.ts'

export type Asked = { asked: readonly Point[]; wanted: Wanted; reach: Reach }

/** Null: there is no way in. */
export function judgeEverywhere(scan: Scan, group: Group, { asked, wanted, reach }: Asked): Judged | null {
  const { network, filtersOf } = scan.input
  const cgroup = group.sockets[0]?.cgroup ?? null
  const filters = cgroup === null ? [] : filtersOf(cgroup)
  const allowed = filters.reduce<Ranges | null>((sum, filter) => narrowed(sum, filter.allowed(group.family)), null)
  const found = externalInterfaces(network, group.family).flatMap(({ name }) =>
    asked.map((daddr) => {
      const question = { family: group.family, protocol: group.protocol, iif: name, daddr, dport: group.port }
      const walk = scan.walkOf(question)
      const verdict = judgeWalk(scan, walk, question, { wanted, all: scan.input.sockets, allowed })
      const target = walk.arrivals.find(({ kind }) => kind === 'forward')?.lane.packet.daddr ?? null
      return qualified(scan, { ...verdict, target }, { family: group.family, name, reach, filters })
    }),
  )
  const worst = found.reduce<Judged | null>(
    (most, one) => (most === null || RANK[one.verdict] > RANK[most.verdict] ? one : most),
    null,
  )
  return worst === null ? null : { ...worst, ports: found.reduce<Window | null>(inBoth, null) }
}

const RANK = { filtered: 0, unknown: 1, exposed: 2 }

function inBoth(window: Window | null, { ports }: Judged): Window | null {
  if (window === null || ports === null) return window ?? ports
  return {
    from: window.from > ports.from ? window.from : ports.from,
    beyond: window.beyond < ports.beyond ? window.beyond : ports.beyond,
  }
}

function narrowed(sum: Ranges | null, next: Ranges | null): Ranges | null {
  if (sum === null || next === null) return sum ?? next
  return intersect(sum, next)
}

type Way = { family: Family; name: string; reach: Reach; filters: readonly UnitFilter[] }

/** What rules do not show. None of it ever makes an unknown into anything else. */
function qualified({ input, ruleset }: Scan, judged: Judged, { family, name, reach, filters }: Way): Judged {
  if (input.datapath !== null) {
    const { share, ports } = judged
    return { ...unknown('ebpf-datapath', input.datapath), target: judged.target, share, ports }
  }
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

// The answer on its way back. It can take certainty away, never give any: a host that drops its own answers is not proven
// to be filtered, since what was asked has arrived. Pure.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { externalInterfaces, hasDefaultRoute } from './external.ts'
import { newWorld, NO_WINDOWS, UNKNOWN_INTERFACE, type Lane, type Packet, type Window } from './packet.ts'
import { acceptedFrom } from './worlds.ts'
import { NOTHING, type Point, type Ranges } from './ranges.ts'
import { setOf } from './senders.ts'
import { newTrace, type Budget } from './trace.ts'
import { through, type Arrival, type HostView } from './walk-packet.ts'

/** `receivers`: to whom the answer certainly gets out; the same for every port of the window. */
export type Reply = { receivers: Ranges; saddrWindow: Window; sportWindow: Window }
export type ReplyCache = (arrival: Arrival) => Reply

/** One answer stands for all that no rule tells apart. */
export function createReplyCache(host: HostView, budget: Budget): ReplyCache {
  const known = new Map<string, Reply[]>()
  return (arrival) => {
    const { family, protocol, oif, ctState, isTranslated, ctMark, daddr, dport } = arrival.lane.packet
    const key = JSON.stringify([arrival.kind, family, protocol, oif, ctState, isTranslated, ctMark])
    const alike = known.get(key) ?? []
    const isIn = (window: Window, point: Point | null) =>
      point !== null && window.from <= point && point < window.beyond
    const found = alike.find(({ saddrWindow, sportWindow }) => isIn(saddrWindow, daddr) && isIn(sportWindow, dport))
    if (found !== undefined) return found
    const saddrWindow = { from: everyone(family)[0] ?? 0, beyond: everyone(family)[1] ?? 0 }
    const windows = { saddrWindow, sportWindow: { from: 0, beyond: 65_536 } }
    const reply = { receivers: answered(host, arrival, windows, budget), ...windows }
    known.set(key, [...alike, reply])
    return reply
  }
}

function answered(host: HostView, { lane, kind }: Arrival, windows: Omit<Reply, 'receivers'>, budget: Budget): Ranges {
  const { family } = lane.packet
  const all = everyone(family)
  if (!hasDefaultRoute(host.network, family, null)) return NOTHING
  const hooks =
    kind === 'local' ? (['output', 'postrouting'] as const) : (['prerouting', 'forward', 'postrouting'] as const)
  if (
    hooks.every((hook) =>
      (host.hooks.get(hook) ?? []).every(({ base, chain }) => base.isNat || isHarmless(base.policy, chain.rules)),
    )
  )
    return all
  const start: Lane = {
    packet: { ...replyTo(lane.packet, kind), ...windows },
    must: all,
    may: all,
    world: newWorld(),
    acceptedBy: null,
    translatedBy: null,
  }
  let lanes = [start]
  for (const hook of hooks) {
    if (hook !== 'prerouting') lanes = lanes.map((one) => leaving(one, wayBack(host, family)))
    lanes = through(host, hook, lanes, newTrace(budget))
  }
  return setOf(acceptedFrom(start.world, lanes).must)
}

function isHarmless(policy: 'accept' | 'drop', rules: readonly { verdict: { kind: string } }[]): boolean {
  return policy === 'accept' && rules.every(({ verdict }) => verdict.kind === 'continue' || verdict.kind === 'accept')
}

function replyTo(packet: Packet, kind: Arrival['kind']): Packet {
  const { family, protocol, daddr, dport, ctMark } = packet
  const ends = { saddr: daddr, daddr: null, sport: dport, dport: null, ...NO_WINDOWS }
  // Through a container's bridge the answer comes in where the question went out.
  const iif = kind === 'forward' ? (packet.oif ?? UNKNOWN_INTERFACE) : null
  const ctState = packet.ctState === 'untracked' ? 'untracked' : 'established'
  return { family, protocol, ...ends, iif, oif: null, ctState, isTranslated: packet.isTranslated, mark: 0, ctMark }
}

function leaving(lane: Lane, oif: string): Lane {
  return { ...lane, packet: { ...lane.packet, oif } }
}

function wayBack({ network }: HostView, family: Family): string {
  const ways = externalInterfaces(network, family).filter(({ name }) => hasDefaultRoute(network, family, name))
  return ways.length === 1 ? (ways[0]?.name ?? UNKNOWN_INTERFACE) : UNKNOWN_INTERFACE
}

// The answer on its way back. It can take certainty away, never give any: a host that drops its own answers is not proven
// to be filtered, since what was asked has arrived. Pure.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { externalInterfaces, hasDefaultRoute } from './external.ts'
import { newWorld, UNKNOWN_INTERFACE, type Lane, type Packet } from './packet.ts'
import { acceptedFrom } from './worlds.ts'
import { NOTHING, type Ranges } from './ranges.ts'
import { newTrace, type Budget } from './trace.ts'
import { through, type Arrival, type HostView } from './walk-packet.ts'

/** Receivers to whom the answer certainly gets out. */
export function answered(host: HostView, { lane, kind }: Arrival, budget: Budget): Ranges {
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
    packet: replyTo(lane.packet, kind),
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
  return acceptedFrom(start.world, lanes).must
}

function isHarmless(policy: 'accept' | 'drop', rules: readonly { verdict: { kind: string } }[]): boolean {
  return policy === 'accept' && rules.every(({ verdict }) => verdict.kind === 'continue' || verdict.kind === 'accept')
}

function replyTo(packet: Packet, kind: Arrival['kind']): Packet {
  const { family, protocol, daddr, dport, ctMark } = packet
  const ends = { saddr: daddr, daddr: null, sport: dport, dport: null, daddrWindow: null, dportWindow: null }
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

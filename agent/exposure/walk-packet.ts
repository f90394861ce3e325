// One first packet from everybody, along the hooks of the kernel: ingress, prerouting, then input for what is for this
// host and forward for what translation sends on. Pure.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { onlyPoint, parsePrefix } from './address-text.ts'
import { externalInterfaces } from './external.ts'
import { localAddresses, wayOut, type Network } from './host-network.ts'
import { mergeLanes, withoutCertainty } from './lanes.ts'
import {
  newWorld,
  NO_WINDOWS,
  UNKNOWN_INTERFACE,
  type Lane,
  type Packet,
  type Protocol,
  type Window,
  type World,
} from './packet.ts'
import { contains, type Point, type Ranges } from './ranges.ts'
import type { Base, Chain, Hook, Ruleset, Table } from './ruleset.ts'
import { newTrace, type Budget, type Trace } from './trace.ts'
import { walkBase } from './walk-chain.ts'

export type Sysctls = {
  /** Interfaces that take packets for 127/8 from outside. */
  routeLocalnet: (name: string) => boolean
  forwarding: (family: Family, name: string) => boolean
  /** rp_filter, ip-sysctl: an answer has to leave the way the question came. */
  isReversePathStrict: (name: string) => boolean
}

export type Hooked = { table: Table; chain: Chain; base: Base }
export type HostView = {
  network: Network
  local: { 4: Ranges; 6: Ranges }
  hooks: ReadonlyMap<Hook, readonly Hooked[]>
  sysctls: Sysctls
  hasRules: boolean
}

export type Arrival = { lane: Lane; kind: 'local' | 'forward' }
export type Walk = {
  arrivals: readonly Arrival[]
  world: World
  trace: Trace
  daddrWindow: Window
  dportWindow: Window
  /** Does any chain of the host have any? */
  hasRules: boolean
}
export type Question = { family: Family; protocol: Protocol; iif: string; daddr: Point; dport: number }

export function prepare(ruleset: Ruleset, network: Network, sysctls: Sysctls): HostView {
  const all = ruleset.tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) => (chain.base === null ? [] : [{ table, chain, base: chain.base }])),
  )
  const sorted = all.toSorted((a, b) => placeOf(a.base) - placeOf(b.base) || a.base.priority - b.base.priority)
  const local = { 4: localAddresses(network, 4), 6: localAddresses(network, 6) }
  const hasRules = all.some(({ chain }) => chain.rules.length > 0)
  return { network, local, hooks: Map.groupBy(sorted, ({ base }) => base.hook), sysctls, hasRules }
}

/** All translation of a hook happens at one place, whatever the chains say; their priority orders them among themselves. */
function placeOf({ isNat, hook, priority }: Base): number {
  if (!isNat) return priority
  return hook === 'prerouting' || hook === 'output' ? NAT_DESTINATION : NAT_SOURCE
}
const NAT_DESTINATION = -100
const NAT_SOURCE = 100
/** Before it nothing is known of connections: include/uapi/linux/netfilter_ipv4.h. */
const CONNTRACK = -200

export function walkRequest(
  host: HostView,
  question: Question,
  budget: Budget,
  state: Pick<Packet, 'ctState' | 'ctMark' | 'isTranslated' | 'later'> = FIRST,
): Walk {
  const trace = newTrace(budget)
  const { family } = question
  const daddrWindow = { from: everyone(family)[0] ?? 0, beyond: everyone(family)[1] ?? 0 }
  const dportWindow = { from: 1, beyond: 65_536 }
  const world = newWorld()
  const all = everyone(family)
  const packet = { ...packetFor(question), ...state, daddrWindow, dportWindow }
  const start: Lane = { packet, must: all, may: all, world, acceptedBy: null, translatedBy: null }
  const before = through(host, 'prerouting', throughIngress(host, [start], trace), trace)
  const arrivals = before.flatMap((lane) => routed(host, lane, question.iif, trace))
  return { arrivals, world, trace, daddrWindow, dportWindow, hasRules: host.hasRules }
}

const FIRST = { ctState: 'new', ctMark: 0, isTranslated: false } as const

function packetFor({ family, protocol, iif, daddr, dport }: Question): Packet {
  const ends = { saddr: null, daddr, sport: null, dport, ...NO_WINDOWS }
  return { family, protocol, ...ends, iif, oif: null, ...FIRST, mark: 0 }
}

/** What only this hook says of the packet: before connections are tracked, each is an invalid one. */
export function through(host: HostView, hook: Hook, lanes: readonly Lane[], trace: Trace): Lane[] {
  let current = [...lanes]
  for (const hooked of host.hooks.get(hook) ?? []) {
    // The kernel translates what follows a first packet by itself, at the same place.
    if (hook === 'prerouting' && hooked.base.isNat) current = current.map(translatedLater)
    current = throughBase(host, hooked, current, trace)
  }
  return current
}

function translatedLater(lane: Lane): Lane {
  return lane.packet.later === undefined ? lane : { ...lane, packet: { ...lane.packet, ...lane.packet.later } }
}

function throughBase(host: HostView, hooked: Hooked, lanes: readonly Lane[], trace: Trace): Lane[] {
  const { base } = hooked
  const isEarly =
    base.hook === 'ingress' || ((base.hook === 'prerouting' || base.hook === 'output') && base.priority < CONNTRACK)
  const [inside, outside] = partition(lanes, ({ packet }) => {
    if (!base.families.includes(packet.family)) return false
    if (base.isNat && packet.later !== undefined) return false
    return !base.isNat || (packet.ctState !== 'untracked' && !(base.hook === 'prerouting' && packet.isTranslated))
  })
  if (inside.length === 0) return [...outside]
  const stated = inside.map((lane) => withState(lane, isEarly))
  const redirectTo = (packet: Packet) => redirectAddresses(host, packet)
  const passed = walkBase(hooked, stated, { trace, redirectTo })
  return mergeLanes([...outside, ...passed.map((lane) => withState(lane, false))])
}

function withState(lane: Lane, isEarly: boolean): Lane {
  const { packet } = lane
  if (packet.ctState === 'untracked') return lane
  const ctState = isEarly ? 'invalid' : packet.saddr === null && packet.later === undefined ? 'new' : 'established'
  return packet.ctState === ctState ? lane : { ...lane, packet: { ...packet, ctState } }
}

/** The kernel takes one of the incoming interface's addresses; which one has changed over the years. */
function redirectAddresses({ network }: HostView, packet: Packet): Packet[] {
  const found = network.interfaces.find(({ name }) => name === packet.iif)
  const usable = (found?.addresses ?? []).filter(({ family, scope }) => family === packet.family && scope !== 'link')
  return usable.map(({ point }) => (point === packet.daddr ? packet : { ...packet, daddr: point, daddrWindow: null }))
}

function throughIngress(host: HostView, lanes: readonly Lane[], trace: Trace): Lane[] {
  let current = [...lanes]
  const iif = lanes[0]?.packet.iif ?? ''
  const incoming = host.network.interfaces.find(({ name }) => name === iif)
  const below = new Set(host.network.interfaces.filter(({ master }) => master === iif).map(({ name }) => name))
  if (incoming?.link !== undefined && incoming.link !== null) below.add(incoming.link)
  for (const hooked of host.hooks.get('ingress') ?? []) {
    const { devices } = hooked.base
    const isHere = devices === null ? isOnlyWayIn(host.network) : devices.includes(iif)
    const isMaybeHere = devices === null || devices.some((device) => below.has(device))
    if (isHere) current = throughBase(host, hooked, current, trace)
    else if (isMaybeHere) {
      current = mergeLanes([...throughBase(host, hooked, current, trace), ...current.map(withoutCertainty)])
    }
  }
  return current
}

/** A filter that names no interface stands where strangers come in, if there is only one such place. */
function isOnlyWayIn(network: Network): boolean {
  const names = ([4, 6] as const).flatMap((family) => externalInterfaces(network, family).map(({ name }) => name))
  return new Set(names).size === 1
}

function routed(host: HostView, lane: Lane, iif: string, trace: Trace): Arrival[] {
  const { family, daddr, isTranslated } = lane.packet
  if (daddr === null) return []
  if (!contains(host.local[family], daddr)) return forwarded(host, lane, daddr, trace)
  const loopback = parsePrefix('127.0.0.0/8', 4) ?? []
  if (isTranslated && family === 4 && contains(loopback, daddr) && !host.sysctls.routeLocalnet(iif)) {
    trace.drop(lane, () => `route_localnet is 0 on ${iif}`, 'route')
    return []
  }
  if (isTranslated && family === 6 && contains(onlyPoint(1n), daddr)) {
    trace.lose(lane, lane.translatedBy?.rule ?? (() => ''), 'translation to ::1')
    return []
  }
  return through(host, 'input', [lane], trace).map((one) => ({ lane: one, kind: 'local' }))
}

function forwarded(host: HostView, lane: Lane, daddr: Point, trace: Trace): Arrival[] {
  const { family, iif } = lane.packet
  if (!host.sysctls.forwarding(family, iif ?? '')) {
    trace.drop(lane, () => `forwarding is off on ${iif ?? ''}`, 'route')
    return []
  }
  const way = wayOut(host.network, family, daddr)
  if (way === null) {
    trace.drop(lane, () => 'there is no route to where translation sends it', 'route')
    return []
  }
  const out = { ...lane, packet: { ...lane.packet, oif: way ?? UNKNOWN_INTERFACE } }
  const passed = through(host, 'postrouting', through(host, 'forward', [out], trace), trace)
  return passed.map((one) => ({ lane: one, kind: 'forward' }))
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const one of all) (test(one) ? yes : no).push(one)
  return [yes, no]
}

// Destination translation: what becomes of the packet, and of its lane where chance picks the target. Pure.
import { newWorld, type Lane, type Packet } from './packet.ts'
import type { Target } from './ruleset.ts'

export function translated(packet: Packet, { address, port }: Target): Packet {
  const to = address === null ? packet : { ...packet, daddr: address, daddrWindow: null }
  return { ...withPort(to, port), isTranslated: true }
}

/** `to`: the packet at one of the addresses of the interface. */
export function redirected(to: Packet, port: number | null): Packet {
  return { ...withPort(to, port), isTranslated: true }
}

function withPort(packet: Packet, port: number | null): Packet {
  return port === null ? packet : { ...packet, dport: port, dportWindow: null }
}

/** One lane for each target; with several, each in a world of its own, and what is certain is so in all of them. */
export function forkTargets(lane: Lane, packets: readonly Packet[]): Lane[] {
  const [first, ...others] = packets
  if (first === undefined) return []
  if (others.length === 0) return [{ ...lane, packet: first }]
  const [taken, passed] = [newWorld(), newWorld()]
  lane.world.forks.push([taken, passed])
  return [{ ...lane, packet: first, world: taken }, ...forkTargets({ ...lane, world: passed }, others)]
}

// The questions a rule can ask, whichever tool wrote it. What is not listed here is `opaque`. Pure.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { UNKNOWN_INTERFACE, type Packet, type Protocol, type Side } from './packet.ts'
import { minus, type Ranges } from './ranges.ts'
import type { Condition, Truth } from './ruleset.ts'
import { addressIn, not, portIn } from './truth.ts'

/** Beyond this a set is compared to no other. */
const KEYED_BORDERS_MAX = 8

/** A packet of the other family does not match, negated or not. */
export function address(side: Side, family: Family, asked: Ranges, negated: boolean): Condition {
  return amongEnds({ side, family, set: negated ? minus(everyone(family), asked) : asked })
}

export function amongEnds(ends: NonNullable<Condition['ends']>): Condition {
  const { side, family, set } = ends
  const isShort = side === 'destination' && set.length <= KEYED_BORDERS_MAX
  return {
    key: isShort ? `${side} ${family} ${set.join(',')}` : null,
    ends,
    test: (packet) => packet.family === family && addressIn(packet, side, set),
  }
}

const EVERY_PORT: Ranges = [0, 65_536]

/** Null protocol: of whatever protocol the packet is. */
export function port(side: Side, protocol: Protocol | null, set: Ranges, negated: boolean): Condition {
  const asked = negated ? minus(EVERY_PORT, set) : set
  return {
    key: `${side} port ${protocol} ${negated} ${set.join(',')}`,
    ...(side === 'destination' ? { ports: { protocol, set: asked } } : {}),
    test: (packet) => {
      if (protocol !== null && packet.protocol !== protocol) return false
      const truth = portIn(packet, side, set)
      return negated ? not(truth, packet.family) : truth
    },
  }
}

export function protocolAmong(names: readonly string[], negated: boolean): Condition {
  const fixed = (_family: Family, protocol: Protocol) => names.includes(protocol) !== negated
  return {
    key: `protocol ${negated} ${names.join(',')}`,
    fixed,
    test: ({ family, protocol }) => fixed(family, protocol),
  }
}

export function familyIs(family: Family, negated: boolean): Condition {
  const fixed = (of: Family) => (of === family) !== negated
  return { key: `family ${family} ${negated}`, fixed, test: (packet) => fixed(packet.family) }
}

/** `matches` decides on a name. No interface: `absent` says what the tool makes of it. */
export function viaInterface(
  direction: 'iif' | 'oif',
  { matches, key, absent }: { matches: (name: string) => boolean; key: string; absent: boolean },
): Condition {
  return {
    key: `${direction} ${key}`,
    test: (packet) => {
      const name = packet[direction]
      if (name === null) return absent
      return name === UNKNOWN_INTERFACE ? 'unknown' : matches(name)
    },
  }
}

/** "eth0", or everything that begins with what stands before the wildcard. */
export function nameMatcher(pattern: string, wildcard: '*' | '+'): (name: string) => boolean {
  const begin = pattern.endsWith(wildcard) ? pattern.slice(0, -1) : null
  return (name) => (begin === null ? name === pattern : name.startsWith(begin))
}

/** Of a first packet or its answer: "new", "established", "related", "invalid", "untracked". */
export function stateAmong(states: readonly string[], negated: boolean): Condition {
  const asked = states.map((state) => state.toLowerCase())
  return { key: `state ${negated} ${asked.join(',')}`, test: ({ ctState }) => asked.includes(ctState) !== negated }
}

/** "dnat" is the only status that a first packet can have and that is followed here. */
export function statusAmong(statuses: readonly string[], negated: boolean): Condition {
  const asked = statuses.map((status) => status.toLowerCase())
  return {
    key: `status ${negated} ${asked.join(',')}`,
    test: ({ isTranslated, ctState }) => {
      if (ctState === 'invalid' || ctState === 'untracked') return false
      if (asked.includes('dnat') && isTranslated) return !negated
      if (ctState === 'established' && asked.some((status) => status !== 'dnat' && status !== 'expected'))
        return 'unknown'
      return asked.some((status) => status === 'snat') ? 'unknown' : negated
    },
  }
}

export function markIs(kind: 'mark' | 'ctMark', value: number, mask: number, negated: boolean): Condition {
  return {
    key: `${kind} ${value}/${mask} ${negated}`,
    test: (packet) => {
      const mark = packet[kind]
      if (kind === 'ctMark' && (packet.ctState === 'invalid' || packet.ctState === 'untracked')) return 'unknown'
      return mark === null ? 'unknown' : ((mark & mask) >>> 0 === value) !== negated
    },
  }
}

/** SYN opens a connection, SYN and ACK answer it: RFC 9293 3.5. */
export function tcpFlags(decide: (flags: number) => boolean, key: string): Condition {
  return {
    key: `tcp flags ${key}`,
    test: (packet) => packet.protocol === 'tcp' && decide(flagsOf(packet)),
  }
}
const SYN = 0x02
const SYN_ACK = 0x12
const ACK = 0x10

function flagsOf({ later, ctState, saddr }: Packet): number {
  if (later !== undefined) return ACK
  return ctState === 'established' || saddr !== null ? SYN_ACK : SYN
}

export const TCP_FLAGS: Readonly<Record<string, number>> = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ecn: 0x40,
  ece: 0x40,
  cwr: 0x80,
}

export const ALWAYS: Condition = { key: 'always', fixed: () => true, test: () => true }
export const NEVER: Condition = { key: 'never', fixed: () => false, test: () => false }
/** Decided anew for each connection. */
export const CHANCE: Condition = { key: null, test: () => 'chance' }

/** A question that is not modelled: for each sender it may be so or not. */
export function opaque(what: string): Condition {
  return { key: null, what, test: () => 'unknown' }
}

export function condition(key: string | null, test: (packet: Packet) => Truth): Condition {
  return { key, test }
}

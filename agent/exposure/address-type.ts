// What routing makes of an address: `addrtype` of iptables and `fib ... type` of nft. Pure.
import type { Family } from './family.ts'
import { parsePrefix } from './address-text.ts'
import type { Packet, Side } from './packet.ts'
import type { Ranges } from './ranges.ts'
import type { Condition, Truth } from './ruleset.ts'
import { addressIn } from './truth.ts'

export type AddressTypes = {
  localOf: (family: Family) => Ranges
  /** Do answers to strangers leave by this interface? Without it: by each that they come in by. */
  hasWayBack?: (family: Family, name: string) => boolean
}

/** Of a stranger's packet on an interface without a default route, routing says that he does not live there: perhaps. */
export function isWayBackSure(
  { family, iif, saddr }: Packet,
  hasWayBack: NonNullable<AddressTypes['hasWayBack']>,
): boolean {
  return saddr !== null || iif === null || hasWayBack(family, iif)
}

const MODELLED = new Set([
  'local',
  'unicast',
  'broadcast',
  'multicast',
  'anycast',
  'unspec',
  'blackhole',
  'unreachable',
  'prohibit',
])

/** Strangers are unicast: an address of ours as sender never comes from outside. */
export function addressTypeAmong(
  side: Side,
  asked: readonly string[],
  negated: boolean,
  { localOf }: AddressTypes,
): Condition {
  return {
    key: `${side} type ${asked.join(',')} ${negated}`,
    test: (packet): Truth => {
      if (!asked.every((type) => MODELLED.has(type))) return 'unknown'
      return asked.includes(typeOf(packet, side, localOf)) !== negated
    },
  }
}

function typeOf(packet: Packet, side: Side, localOf: AddressTypes['localOf']): string {
  const { family } = packet
  if ((side === 'source' ? packet.saddr : packet.daddr) === null) return 'unicast'
  if (addressIn(packet, side, localOf(family)) === true) return 'local'
  const multicast = parsePrefix(family === 4 ? '224.0.0.0/4' : 'ff00::/8', family) ?? []
  return addressIn(packet, side, multicast) === true ? 'multicast' : 'unicast'
}

// Who can send to an address, by the address alone: IANA's special-purpose registries, RFC 6890. Pure.
import { mappedAddress, type AddressBytes } from './socket-address.ts'

export type AddressClass =
  /** Every address of the host. */
  | 'wildcard'
  | 'loopback'
  | 'link-local'
  /** RFC 1918, RFC 6598 (carrier-grade NAT), RFC 7335, RFC 4193: reached from outside through somebody's translation only. */
  | 'private'
  | 'multicast'
  | 'global'

export function classOf(bytes: AddressBytes): AddressClass {
  const inner = mappedAddress(bytes)
  if (inner !== null) return classOf(inner)
  if (bytes.every((byte) => byte === 0)) return 'wildcard'
  return bytes.length === 4 ? classOfFour(bytes) : classOfSixteen(bytes)
}

function classOfFour([a = 0, b = 0, c = 0]: AddressBytes): AddressClass {
  if (a === 127) return 'loopback'
  if (a === 169 && b === 254) return 'link-local'
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return 'private'
  if ((a === 100 && b >= 64 && b < 128) || (a === 192 && b === 0 && c === 0)) return 'private'
  return a >= 224 && a < 240 ? 'multicast' : 'global'
}

function classOfSixteen(bytes: AddressBytes): AddressClass {
  const [a = 0, b = 0] = bytes
  if (bytes.at(-1) === 1 && bytes.slice(0, -1).every((byte) => byte === 0)) return 'loopback'
  if (a === 0xfe && (b & 0xc0) === 0x80) return 'link-local'
  if (a === 0xff) return 'multicast'
  // 2000::/3 is all that was given out: RFC 4291 2.4.
  return (a & 0xe0) === 0x20 ? 'global' : 'private'
}

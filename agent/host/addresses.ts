// Addresses of interfaces, from Node's list on the live machine and from recorded `ip -j address` elsewhere.
import { isIP } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { NAME_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import type { HostAddress } from '../../shared/sections/host.ts'

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

export function addressesOfInterfaces(interfaces: Interfaces): HostAddress[] {
  return Object.entries(interfaces).flatMap(([name, list]) =>
    (list ?? []).map(({ address, family, cidr }) => {
      const prefixLength = Number(cidr?.split('/')[1] ?? Number.NaN)
      const wide = family === 'IPv4' ? 32 : 128
      return toHostAddress(name, address, Number.isInteger(prefixLength) ? prefixLength : wide)
    }),
  )
}

/**
 * One element of it: {"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.2","prefixlen":24,"scope":"global"}]}
 * Throws Error for a text that `ip` cannot have printed: a collector would refuse the whole report for one bad address.
 */
export function addressesOfIpJson(text: string): HostAddress[] {
  const links = JSON.parse(text) as unknown
  if (!Array.isArray(links)) throw new Error('ip -j address: expected a list of interfaces')
  return links.flatMap((link: unknown) => {
    const { ifname: name = '?', addr_info: list = [] } = (link ?? {}) as IpLink
    const isName = typeof name === 'string' && name !== '' && name.length <= NAME_LENGTH_MAX
    if (!isName || !Array.isArray(list)) throw new Error('ip -j address: an interface is not one')
    return list.flatMap((entry: unknown) => addressOf(name, (entry ?? {}) as IpAddress))
  })
}

type IpLink = { ifname?: unknown; addr_info?: unknown }
type IpAddress = { local?: unknown; prefixlen?: unknown }

function addressOf(name: string, { local, prefixlen = 0 }: IpAddress): HostAddress[] {
  if (typeof local !== 'string') return []
  const bits = isIP(local) === 4 ? 32 : isIP(local) === 6 ? 128 : -1
  const isPrefix = typeof prefixlen === 'number' && Number.isInteger(prefixlen) && prefixlen >= 0 && prefixlen <= bits
  if (!isPrefix) throw new Error('ip -j address: an address is not one')
  return [toHostAddress(name, local, prefixlen)]
}

function toHostAddress(name: string, address: string, prefixLength: number): HostAddress {
  // Older Node appends the zone of link-local addresses; it repeats the interface.
  const bare = address.split('%', 1)[0] ?? address
  return { interface: name, family: bare.includes(':') ? 6 : 4, address: bare, prefixLength, scope: scopeOf(bare) }
}

/** By the address, as ip(8) derives it unless told otherwise: RFC 3927 and RFC 4291 section 2.4. */
function scopeOf(address: string): HostAddress['scope'] {
  if (address.startsWith('127.') || address === '::1') return 'host'
  if (address.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/i.test(address)) return 'link'
  return 'global'
}

// The host's interfaces, addresses and routes, from `ip -j address` and `ip -j route show table all`. Pure.
import { classOf } from './address-class.ts'
import type { Family } from './family.ts'
import { bytesOf, onlyPoint, parseAddress, parsePrefix } from './address-text.ts'
import { isRecord, listOf, textOf } from './json-values.ts'
import { contains, sizeOf, unionOf, type Point, type Ranges } from './ranges.ts'

export type InterfaceAddress = {
  family: Family
  point: Point
  text: string
  scope: 'global' | 'private' | 'link' | 'host'
}
export type Interface = {
  name: string
  /** What its driver calls itself ("bridge", "veth", "tun"); null where `ip` did not say. */
  kind: string | null
  /** The bridge or bond it belongs to. */
  master: string | null
  /** The interface it is made on (VLAN, macvlan). */
  link: string | null
  hasXdp: boolean
  /** Routes of its own for those that belong to it (VRF). */
  isVrf: boolean
  addresses: readonly InterfaceAddress[]
}
export type Route = {
  family: Family
  set: Ranges
  prefixSize: number
  device: string | null
  type: string
  isMain: boolean
}
export type Network = {
  interfaces: readonly Interface[]
  /** Null: could not be read. */
  routes: readonly Route[] | null
}

/** Throws SyntaxError for what is no JSON. */
export function parseInterfaces(json: string): Interface[] {
  return listOf(JSON.parse(json)).filter(isRecord).map(toInterface)
}

export function parseRoutes(json: string): Route[] {
  return listOf(JSON.parse(json)).filter(isRecord).flatMap(toRoutes)
}

function toInterface(entry: Record<string, unknown>): Interface {
  const info = isRecord(entry['linkinfo']) ? textOf(entry['linkinfo']['info_kind']) : null
  const addresses = listOf(entry['addr_info']).filter(isRecord).flatMap(toAddress)
  return {
    name: textOf(entry['ifname']) ?? '',
    kind: info,
    master: textOf(entry['master']),
    link: textOf(entry['link']),
    hasXdp: entry['xdp'] !== undefined,
    // `ip` names no kind; no other interface has both.
    isVrf: info === 'vrf' || ['NOARP', 'MASTER'].every((flag) => listOf(entry['flags']).includes(flag)),
    addresses,
  }
}

function toAddress(entry: Record<string, unknown>): InterfaceAddress[] {
  const text = textOf(entry['local'])
  const parsed = text === null ? null : parseAddress(text)
  if (text === null || parsed === null) return []
  return [{ ...parsed, text, scope: scopeOf(parsed.point) }]
}

function scopeOf(point: Point): InterfaceAddress['scope'] {
  const addressClass = classOf(bytesOf(point))
  if (addressClass === 'loopback') return 'host'
  if (addressClass === 'link-local') return 'link'
  return addressClass === 'private' ? 'private' : 'global'
}

/** A default route is printed alike for both families; the gateway tells, and where there is none it counts for both. */
function toRoutes(entry: Record<string, unknown>): Route[] {
  const destination = textOf(entry['dst']) ?? ''
  return familiesOfRoute(entry, destination).flatMap((family) => {
    const set = parsePrefix(destination === 'default' ? (family === 4 ? '0.0.0.0/0' : '::/0') : destination, family)
    if (set === null) return []
    const table = textOf(entry['table']) ?? 'main'
    const route = { family, set, prefixSize: sizeOf(set), device: textOf(entry['dev']) }
    return [{ ...route, type: textOf(entry['type']) ?? 'unicast', isMain: table === 'main' || table === 'default' }]
  })
}

function familiesOfRoute(entry: Record<string, unknown>, destination: string): Family[] {
  if (destination !== 'default') return [destination.includes(':') ? 6 : 4]
  const via = isRecord(entry['via']) ? entry['via']['host'] : undefined
  const hops = listOf(entry['nexthops']).filter(isRecord)
  const gateway = textOf(entry['gateway']) ?? textOf(via) ?? textOf(hops[0]?.['gateway'])
  // Only IPv6 routes carry a preference: RFC 4191.
  if (entry['pref'] !== undefined) return [6]
  return gateway === null ? [4] : [gateway.includes(':') && via === undefined ? 6 : 4]
}

/** Every address the host answers for, whichever interface a packet comes in on: the weak host model, RFC 1122 3.3.4.2. */
export function localAddresses({ interfaces, routes }: Network, family: Family): Ranges {
  const own = interfaces.flatMap(({ addresses }) => addresses.filter((one) => one.family === family))
  const local = (routes ?? []).filter((route) => route.type === 'local' && route.family === family)
  const loopback = parsePrefix(family === 4 ? '127.0.0.0/8' : '::1', family)
  return unionOf([loopback ?? [], ...own.map(({ point }) => onlyPoint(point)), ...local.map(({ set }) => set)])
}

/**
 * Where a packet to `point` leaves: an interface, or null where there is no way, or undefined where that cannot be told
 * (several tables, and which holds is decided by rules that are not read).
 */
export function wayOut({ routes }: Network, family: Family, point: Point): string | null | undefined {
  if (routes === null) return undefined
  const ways = routes.filter(({ family: of, set, type }) => of === family && type !== 'local' && contains(set, point))
  const best = ways.toSorted((a, b) => a.prefixSize - b.prefixSize)[0]
  if (best === undefined) return null
  if (ways.some(({ isMain }) => !isMain)) return undefined
  if (best.type !== 'unicast') return null
  return best.device ?? undefined
}

// By which interfaces strangers come, and which of the host's addresses they can ask for. Pure.
import type { Family } from './family.ts'
import type { Interface, InterfaceAddress, Network } from './host-network.ts'

/** Made on the host for what runs on it, or the end of somebody's tunnel. */
const INSIDE_NAME =
  /^(?:lo$|docker|br-|virbr|cni|cali|veth|vnet|lxcbr|lxdbr|flannel|kube-|nodelocaldns|podman|wg|tun|tap|tailscale|zt|dummy)/
const INSIDE_KINDS = new Set(['wireguard', 'tun', 'dummy', 'loopback'])

export function externalInterfaces(network: Network, family: Family): Interface[] {
  return network.interfaces.filter((one) => {
    // The name of a cloud's first interface in a container is often made up; a default route is not.
    if (one.name === 'lo' || one.name === '') return false
    const isDefault = hasDefaultRoute(network, family, one.name)
    const isInside = INSIDE_NAME.test(one.name) || (one.kind !== null && INSIDE_KINDS.has(one.kind))
    if (isInside) return false
    return isDefault || one.addresses.some((address) => address.family === family && address.scope === 'global')
  })
}

/** Public addresses and the default route all the same: strangers may come there, whatever it is called. */
export function doubtfulInterfaces(network: Network, family: Family): Interface[] {
  const known = new Set(externalInterfaces(network, family))
  return network.interfaces.filter(
    (one) =>
      !known.has(one) &&
      one.addresses.some((address) => address.family === family && address.scope === 'global') &&
      hasDefaultRoute(network, family, one.name),
  )
}

/** Null interface: on any. 2000::/3 is all that is public. Routes that could not be read count as there. */
export function hasDefaultRoute({ routes }: Network, family: Family, name: string | null): boolean {
  if (routes === null) return name === null
  return routes.some(
    (route) =>
      route.family === family &&
      route.type === 'unicast' &&
      route.prefixSize >= (family === 4 ? 2 ** 31 : 2 ** 125) &&
      (name === null || route.device === name || route.device === null),
  )
}

export type Reach = {
  addresses: readonly InterfaceAddress[]
  /** Only private ones: whether somebody translates to them is not known here. */
  isPrivate: boolean
}

/** The host answers for a global address on whichever interface it is: RFC 1122 3.3.4.2, the weak model. */
export function reachableAddresses(network: Network, family: Family): Reach {
  const all = network.interfaces.flatMap(({ addresses }) => addresses).filter((one) => one.family === family)
  const global = all.filter(({ scope }) => scope === 'global')
  if (global.length > 0) return { addresses: global, isPrivate: false }
  const outside = externalInterfaces(network, family).flatMap(({ addresses }) => addresses)
  return { addresses: outside.filter((one) => one.family === family && one.scope === 'private'), isPrivate: true }
}

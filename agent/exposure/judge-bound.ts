// A port that sockets of the host listen on: by the address they are bound to, and then by every way in. Pure.
import { bindClassOf, type BindClass } from './bind-class.ts'
import { filtered, unknown, type Group, type Judged, type Scan } from './exposure-scan.ts'
import { externalInterfaces, hasDefaultRoute, reachableAddresses, type Reach } from './external.ts'
import type { Family } from './family.ts'
import { judgeEverywhere } from './judge-ways.ts'
import { contains, type Point } from './ranges.ts'

/** What the address decides, whatever the rules. */
export function byBindAlone(bound: BindClass): Judged | null {
  if (bound === 'loopback') return filtered('loopback-bind')
  if (bound === 'link-local') return filtered('link-local-bind')
  return bound === 'multicast' ? filtered('multicast-bind') : null
}

export function judgeGroup(scan: Scan, group: Group): Judged {
  const bound = bindClassOf(group.address)
  if (bound === 'link-local' || bound === 'multicast') return filtered(`${bound}-bind`)
  const { network } = scan.input
  const reach = reachableAddresses(network, group.family)
  const isOwnSocketOnly = bound === 'loopback' || (bound === 'private' && !isAmong(reach, group.address))
  const isFloating = group.address !== null && !isOnAnInterface(scan, group)
  if (isFloating) return unknown('floating-address', 'the address it is bound to is on no interface')
  const wanted = { sockets: group.sockets, isElsewhereCounted: !isOwnSocketOnly }
  const asked = group.address === null || isOwnSocketOnly ? reach.addresses.map(({ point }) => point) : [group.address]
  const judged = judgeEverywhere(scan, group, { asked, wanted, reach })
  if (judged === null)
    return isOwnSocketOnly ? filtered(bindReason(scan, group, bound)) : withoutWayIn(scan, reach, group.family)
  if (judged.verdict !== 'filtered') return judged
  if (isOwnSocketOnly) return filtered(bindReason(scan, group, bound))
  const devices = group.sockets.map(({ device }) => device)
  const outside = new Set(externalInterfaces(network, group.family).map(({ name }) => name))
  const isElsewhere = devices.every((device) => device !== null && !outside.has(device))
  return isElsewhere ? filtered('interface-restricted') : judged
}

function isAmong({ addresses }: Reach, point: Point | null): boolean {
  return addresses.some((address) => address.point === point)
}

function isOnAnInterface({ host }: Scan, { address, family }: Group): boolean {
  return address !== null && contains(host.local[family], address)
}

function bindReason({ input }: Scan, { family, address }: Group, bound: BindClass): string {
  if (bound === 'loopback') return 'loopback-bind'
  const outside = externalInterfaces(input.network, family).flatMap(({ addresses }) => addresses)
  return outside.some(({ point }) => point === address) ? 'private-bind' : 'bridge-only'
}

/** No address that anybody outside could ask for, or none of the known ways in. */
function withoutWayIn({ input: { network } }: Scan, reach: Reach, family: Family): Judged {
  if (network.routes !== null && !hasDefaultRoute(network, family, null)) return filtered('no-external-address')
  if (reach.addresses.length === 0 && externalInterfaces(network, family).length > 0)
    return filtered('no-external-address')
  return unknown('no-external-interface', 'the default route leaves through no interface that leads outside')
}

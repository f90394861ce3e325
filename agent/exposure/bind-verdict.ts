// What the bind address alone says about who can reach a listener. Everything else takes the firewall's rules, which only
// a privileged scan can read: without them a reachable address is neither exposed nor filtered. Pure.
import type { Listener } from '../../shared/sections/listeners.ts'
import type { AddressClass } from './address-class.ts'

export type BindVerdict = Pick<Listener, 'verdict' | 'reason'>

export function bindVerdict(bound: AddressClass): BindVerdict {
  switch (bound) {
    case 'loopback':
      return { verdict: 'filtered', reason: 'loopback-bind' }
    case 'link-local':
      return { verdict: 'filtered', reason: 'link-local-bind' }
    case 'wildcard':
    case 'private':
    case 'multicast':
    case 'global':
      return { verdict: 'unknown', reason: 'not-scanned' }
    default:
      return bound satisfies never
  }
}

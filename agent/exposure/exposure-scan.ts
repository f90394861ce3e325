// What a scan judges, what it knows while it does, and what it says of a port. Pure.
import type { Family } from './family.ts'
import type { Network } from './host-network.ts'
import type { PortVerdict } from './judge-port.ts'
import type { Protocol, Window } from './packet.ts'
import type { Point } from './ranges.ts'
import type { Ruleset } from './ruleset.ts'
import type { ListeningSocket } from './sockets.ts'
import type { Budget } from './trace.ts'
import type { UnitFilter } from './unit-filter.ts'
import type { LaterCache } from './walk-later.ts'
import type { ReplyCache } from './walk-reply.ts'
import type { WalkCache } from './walk-cache.ts'
import type { HostView, Sysctls } from './walk-packet.ts'

export type ExposureInput = {
  sockets: readonly ListeningSocket[]
  network: Network
  /** Or why there is none. */
  rules: Ruleset | { unreadable: string }
  sysctls: Sysctls
  /** Of the unit a control group belongs to; null: it has none. */
  filtersOf: (cgroup: string) => UnitFilter | null
  /** Programs that see packets before any rule, as far as they show; null: none seen. */
  datapath: string | null
  /** Somebody said that the private address is translated to from outside. */
  isReachable: boolean
}

export type ExposureRow = Omit<PortVerdict, 'share' | 'ports'> & {
  protocol: Protocol
  family: Family
  address: string
  port: number
  cgroup: string | null
  share: number | null
  /** Where translation sends it, if that is not this host. */
  target: Point | null
}

export type Scan = {
  input: ExposureInput
  host: HostView
  ruleset: Ruleset
  walkOf: WalkCache
  replyTo: ReplyCache
  laterOf: LaterCache
  budget: Budget
}
/** Sockets of one protocol, family, address and port. */
export type Group = {
  protocol: Protocol
  family: Family
  address: Point | null
  port: number
  sockets: ListeningSocket[]
}
export type Judged = Omit<PortVerdict, 'share' | 'ports'> & {
  share: number | null
  target: Point | null
  /** For every port in between the rules say the same; null where they were not asked. */
  ports: Window | null
}

export function filtered(reason: string): Judged {
  return { verdict: 'filtered', reason, rule: null, share: null, via: null, target: null, ports: null }
}

export function unknown(reason: string, rule: string): Judged {
  return { verdict: 'unknown', reason, rule, share: null, via: null, target: null, ports: null }
}

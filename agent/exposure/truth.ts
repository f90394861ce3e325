// Reckoning with what may be not known. Pure.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import type { Packet, Side, Window } from './packet.ts'
import { bordersUpTo, intersect, isNothing, minus, NOTHING, union, type Point, type Ranges } from './ranges.ts'
import type { Truth } from './ruleset.ts'

export type SenderTruth = { yes: Ranges; maybe: Ranges }

export function isSenders(truth: Truth): truth is SenderTruth {
  return typeof truth === 'object'
}

/** Chance is no sender's doing; asked for senders it is not known. */
export function asSenders(truth: Truth, family: Family): SenderTruth {
  if (isSenders(truth)) return truth
  if (truth === false) return { yes: NOTHING, maybe: NOTHING }
  return { yes: truth === true ? everyone(family) : NOTHING, maybe: everyone(family) }
}

export function not(truth: Truth, family: Family): Truth {
  if (typeof truth === 'boolean') return !truth
  if (!isSenders(truth)) return truth
  return { yes: minus(everyone(family), truth.maybe), maybe: minus(everyone(family), truth.yes) }
}

export function and(a: Truth, b: Truth, family: Family): Truth {
  if (a === false || b === false) return false
  if (a === true) return b
  if (b === true) return a
  if (a === 'chance' && b === 'chance') return 'chance'
  const [left, right] = [asSenders(a, family), asSenders(b, family)]
  return { yes: intersect(left.yes, right.yes), maybe: intersect(left.maybe, right.maybe) }
}

export function or(a: Truth, b: Truth, family: Family): Truth {
  if (a === true || b === true) return true
  if (a === false) return b
  if (b === false) return a
  const [left, right] = [asSenders(a, family), asSenders(b, family)]
  return { yes: union(left.yes, right.yes), maybe: union(left.maybe, right.maybe) }
}

/** Is this end of the connection in `set`? */
export function addressIn(packet: Packet, side: Side, set: Ranges): Truth {
  const point = side === 'source' ? packet.saddr : packet.daddr
  if (point === null) return { yes: set, maybe: set }
  return seen(side === 'source' ? packet.saddrWindow : packet.daddrWindow, set, point)
}

/** Clients are given a port from 1024 up; which one only their system knows. */
export function portIn(packet: Packet, side: Side, set: Ranges): Truth {
  const port = side === 'source' ? packet.sport : packet.dport
  if (port !== null) return seen(side === 'source' ? packet.sportWindow : packet.dportWindow, set, port)
  const asked = intersect(set, CLIENT_PORTS)
  if (isNothing(asked)) return false
  return isNothing(minus(CLIENT_PORTS, asked)) ? true : 'unknown'
}
const CLIENT_PORTS: Ranges = [1024, 65_536]

/** Whether it is in the set, and as far as the answer reaches, noted in the window. */
function seen(window: Window | null, set: Ranges, point: Point): boolean {
  const borders = bordersUpTo(set, point)
  if (window !== null) {
    const from = set[borders - 1]
    const beyond = set[borders]
    if (from !== undefined && from > window.from) window.from = from
    if (beyond !== undefined && beyond < window.beyond) window.beyond = beyond
  }
  return borders % 2 === 1
}

// The packet that is followed, and a lane: the senders it may come from. One walk follows all senders at once. Pure.
import type { Family } from './family.ts'
import type { Point } from './ranges.ts'
import type { Quote } from './quoted.ts'
import type { Senders } from './senders.ts'

export type Protocol = 'tcp' | 'udp'
export type Side = 'source' | 'destination'

/** Routing could not be followed, so rules that ask for the way out can neither match nor not match. */
export const UNKNOWN_INTERFACE = '/'

/**
 * A packet to any other value inside the window would have been treated alike: each question narrows it. Thus one walk
 * answers for many ports, and no question may look at address or port except through `truth.ts`.
 */
export type Window = { from: Point; beyond: Point }

export type Packet = {
  family: Family
  protocol: Protocol
  /** Null: anybody. The sender of a request, the receiver of a reply. */
  saddr: Point | null
  daddr: Point | null
  /** Null: the client's, as its system picked it. */
  sport: number | null
  dport: number | null
  /** Null where translation put the value there: what was asked before does not depend on it. */
  daddrWindow: Window | null
  dportWindow: Window | null
  /** Of an answer, whose sender is this host. */
  saddrWindow: Window | null
  sportWindow: Window | null
  /** Null: there is none at this hook. */
  iif: string | null
  oif: string | null
  /** A rule that asks before connections are tracked sees an invalid one. */
  ctState: 'new' | 'established' | 'invalid' | 'untracked'
  isTranslated: boolean
  /** Null: some rule set it to what is not known. */
  mark: number | null
  /** Lists of iptables' `recent` that rules put the sender on. */
  listed?: readonly string[]
  ctMark: number | null
  /** Set on what follows the first packet: what translation made of the first, and makes of it as well. */
  later?: Partial<Pick<Packet, 'daddr' | 'daddrWindow' | 'dport' | 'dportWindow'>>
}

export const NO_WINDOWS = { daddrWindow: null, dportWindow: null, saddrWindow: null, sportWindow: null }

/**
 * One branch of a decision by chance. What is accepted certainly must be so in both branches; what is accepted maybe, in
 * either.
 */
export type World = { forks: [World, World][] }

export function newWorld(): World {
  return { forks: [] }
}

export type Lane = {
  packet: Packet
  /** Senders that certainly are here; inside `may`. */
  must: Senders
  /** Senders that possibly are here. */
  may: Senders
  world: World
  /** The rule that let it through, last of all; null as long as only policies did. */
  acceptedBy: Quote | null
  translatedBy: { rule: Quote; kind: 'dnat' | 'redirect' } | null
}

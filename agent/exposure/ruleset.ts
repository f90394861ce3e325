// What all readers of rules make: chains of rules, each rule conditions and what then happens. The walk knows no other
// form, so nft and iptables cannot be judged differently. Pure.
import type { Family } from './family.ts'
import type { Packet, Protocol, Side } from './packet.ts'
import type { Quote } from './quoted.ts'
import type { Point, Ranges } from './ranges.ts'

/**
 * Does a packet match? Not known; decided by chance for each connection; or for some senders only: `yes` for certain,
 * `maybe` possibly (`yes` lies inside `maybe`).
 */
export type Truth = boolean | 'unknown' | 'chance' | { yes: Ranges; maybe: Ranges }

export type Condition = {
  /** Equal keys are equal conditions. Null: equal to none. */
  key: string | null
  /** What it asks, where that is not modelled. */
  what?: string
  test: (packet: Packet) => Truth
  /** Set where the condition is nothing but "this end is one of these". */
  ends?: { side: Side; family: Family; set: Ranges }
  /** Set where it asks for nothing but the port the packet is for; null: of either protocol. */
  ports?: { protocol: Protocol | null; set: Ranges }
  /** Set where it asks for nothing else. */
  fixed?: (family: Family, protocol: Protocol) => boolean
}

/** What a rule changes before its verdict. */
export type Act =
  | { kind: 'mark' | 'ct-mark'; change: (packet: Packet) => number | null }
  | { kind: 'list'; name: string }
  /** Connections are not tracked, and so not translated. */
  | { kind: 'untrack' }

export type Target = {
  /** Null: as it was. A range is picked from by chance. */
  address: Point | null
  family: Family | null
  port: number | null
}

/** Of a verdict map, or of rules that were joined. */
export type Entry = { condition: Condition; verdict: Verdict; text?: Quote }

export type Verdict =
  | { kind: 'continue' | 'accept' | 'return' }
  /** Told to the sender, or not. */
  | { kind: 'drop'; isTold?: true }
  | { kind: 'jump' | 'goto'; chain: string }
  /** One of them, by chance where there are several. */
  | { kind: 'translate'; targets: readonly Target[] }
  | { kind: 'redirect'; ports: readonly (number | null)[] }
  /**
   * The first entry that matches. Text: as it is quoted, if not like the rule. Apart: all of them ask for the same end
   * and for nothing else, and no address is in two of them.
   */
  | { kind: 'dispatch'; entries: readonly Entry[]; isApart?: true }
  /** What happens is not modelled: from here on everything is possible. */
  | { kind: 'lost'; why: string }

export type Rule = {
  text: Quote
  conditions: readonly Condition[]
  acts: readonly Act[]
  verdict: Verdict
}

export type Hook = 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'

export type Base = {
  hook: Hook
  /** Where it stands among the chains of the hook. */
  priority: number
  isNat: boolean
  policy: 'accept' | 'drop'
  /** Of ingress chains: interfaces; null where the tool does not say. */
  devices: readonly string[] | null
  families: readonly Family[]
}

export type Chain = { name: string; rules: readonly Rule[]; base: Base | null }

/** Chains by table, then by name: names mean something only inside their table. */
export type Table = { label: string; chains: ReadonlyMap<string, Chain> }

export type Ruleset = {
  tables: readonly Table[]
  tools: readonly string[]
  /** Rules of bridges, which work below IP, and rules for what leaves an interface: neither is followed. */
  isBelowIp: boolean
  isEgress: boolean
}

export const CONTINUE: Verdict = { kind: 'continue' }
export const ACCEPT: Verdict = { kind: 'accept' }
export const DROP: Verdict = { kind: 'drop' }
export const REJECT: Verdict = { kind: 'drop', isTold: true }
export const RETURN: Verdict = { kind: 'return' }

// What all readers of rules make: chains of rules, each rule conditions and what then happens. The walk knows no other
// form, so nft and iptables cannot be judged differently. Pure.
import type { Packet } from './packet.ts'
import { contains, type Point, type Ranges } from './ranges.ts'

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
  /** Set where the condition is nothing but "the sender is one of these". */
  senders?: { family: 4 | 6; set: Ranges }
}

/** What a rule changes before its verdict. */
export type Act =
  | { kind: 'mark' | 'ct-mark'; change: (packet: Packet) => number | null }
  /** Connections are not tracked, and so not translated. */
  | { kind: 'untrack' }

export type Target = {
  /** Null: as it was. A range is picked from by chance. */
  address: Point | null
  family: 4 | 6 | null
  port: number | null
}

export type Verdict =
  | { kind: 'continue' | 'accept' | 'drop' | 'return' }
  | { kind: 'jump' | 'goto'; chain: string }
  /** One of them, by chance where there are several. */
  | { kind: 'translate'; targets: readonly Target[] }
  | { kind: 'redirect'; ports: readonly (number | null)[] }
  /** The first entry that matches. */
  | { kind: 'dispatch'; entries: readonly { condition: Condition; verdict: Verdict }[] }
  /** What happens is not modelled: from here on everything is possible. */
  | { kind: 'lost'; why: string }

export type Rule = {
  /** As it is quoted. */
  text: string
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
  families: readonly (4 | 6)[]
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
export const RETURN: Verdict = { kind: 'return' }

/** Long lists of single addresses become one rule: a walk then costs one step, not one per address. */
export function joinRules(rules: readonly Rule[], unite: (sets: readonly Ranges[]) => Ranges): Rule[] {
  const joined: Rule[] = []
  let run: Rule[] = []
  const flush = () => {
    const [first] = run
    if (first !== undefined) joined.push(run.length === 1 ? first : united(run, first, unite))
    run = []
  }
  for (const rule of rules.map(sendersLast)) {
    const [first] = run
    if (first !== undefined && shapeOf(first) !== shapeOf(rule)) flush()
    if (shapeOf(rule) === null) joined.push(rule)
    else run.push(rule)
  }
  flush()
  return joined
}

/** What rules a rule out fastest is asked first: the port, not who it is. */
function sendersLast(rule: Rule): Rule {
  const { conditions } = rule
  if (conditions.length < 2 || conditions[0]?.senders === undefined) return rule
  return {
    ...rule,
    conditions: conditions.toSorted((a, b) => Number(a.senders !== undefined) - Number(b.senders !== undefined)),
  }
}

/** Null: not one that can be joined. */
function shapeOf({ conditions, acts, verdict }: Rule): string | null {
  if (acts.length > 0 || (verdict.kind !== 'accept' && verdict.kind !== 'drop')) return null
  if (conditions.filter(({ senders }) => senders !== undefined).length !== 1) return null
  if (conditions.some(({ key, senders }) => key === null && senders === undefined)) return null
  const keys = conditions.map(({ key, senders }) => (senders === undefined ? key : `senders ${senders.family}`))
  return JSON.stringify([verdict.kind, ...keys])
}

function united(run: readonly Rule[], first: Rule, unite: (sets: readonly Ranges[]) => Ranges): Rule {
  const sets = run.flatMap(({ conditions }) => conditions.flatMap(({ senders }) => (senders ? [senders.set] : [])))
  const set = unite(sets)
  const conditions = first.conditions.map((condition) =>
    condition.senders === undefined ? condition : withSenders(condition, condition.senders.family, set),
  )
  return { ...first, text: `${first.text} (and ${run.length - 1} more like it)`, conditions }
}

function withSenders(condition: Condition, family: 4 | 6, set: Ranges): Condition {
  return { ...condition, senders: { family, set }, test: (packet) => sendersTest(packet, family, set) }
}

export function sendersTest(packet: Packet, family: 4 | 6, set: Ranges): Truth {
  if (packet.family !== family) return false
  return packet.saddr === null ? { yes: set, maybe: set } : contains(set, packet.saddr)
}

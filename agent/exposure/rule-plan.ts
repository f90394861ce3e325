// Which rules of a chain can concern a packet, by its family, protocol and port: of twenty thousand rules about single
// ports a walk then meets a hundred. What is settled by that is asked no more. Pure but for what it remembers.
import type { Family } from './family.ts'
import type { Protocol } from './packet.ts'
import { bordersUpTo, type Ranges } from './ranges.ts'
import { joinRuns, shapeOf } from './rule-runs.ts'
import type { Chain, Condition, Rule } from './ruleset.ts'

/** Null port: an answer's, or several. */
export type Asked = { family: Family; protocol: Protocol; dport: number | null }
export type Plan = {
  rules: readonly Rule[]
  /** For every port in between the rules are the same. */
  from: number
  beyond: number
  /** Steps of a walk that making it was worth, as far as it is new. */
  work: number
}

/** What is left of a rule to ask, and of which run it is. */
type Rest = { rule: Rule; shape: string | null }
type Entry = {
  rule: Rule
  /** The ports it asks for; one set for each question. */
  ports: readonly Ranges[]
  /** Without the questions that family, protocol and port settle; made when a port first asks for it. */
  rest: Rest | null
}
/** Of one family and protocol, in the order of the rules. */
type Index = {
  entries: readonly Entry[]
  /** Places of the entries that ask for one port. */
  byPort: ReadonlyMap<number, readonly number[]>
  /** Where such a port begins or ends, sorted. */
  borders: Ranges
  /** Places of all others. */
  others: readonly number[]
  /** The last one made: two hundred would hold more than the rules themselves. */
  last: Plan | null
}

const INDEXES = new WeakMap<Chain, Map<string, Index>>()

export function planFor(chain: Chain, { family, protocol, dport }: Asked): Plan {
  const kinds = INDEXES.get(chain) ?? new Map<string, Index>()
  INDEXES.set(chain, kinds)
  const key = `${family} ${protocol} ${dport === null}`
  const index = kinds.get(key) ?? indexOf(chain, family, protocol)
  kinds.set(key, index)
  const { last } = index
  const isLast = last !== null && (dport === null || (last.from <= dport && dport < last.beyond))
  const plan = isLast ? last : dport === null ? planForAll(index) : planForPort(index, dport)
  index.last = { ...plan, work: 0 }
  return plan
}

/** A rule that is chosen costs as much as this many that are only looked at: measured. */
const CHOSEN_STEPS = 4

function planForAll({ entries }: Index): Plan {
  const rules = entries.map(({ rule }) => addressesLast(rule))
  return { rules: joinRuns(rules, rules.map(shapeOf)), from: 0, beyond: 65_536, work: CHOSEN_STEPS * entries.length }
}

function planForPort(index: Index, dport: number): Plan {
  const window = { from: 0, beyond: 65_536 }
  narrow(window, index.borders, dport)
  const own = index.byPort.get(dport) ?? NO_PLACES
  const places =
    index.others.length === 0 ? own : [...own, ...othersFor(index, dport, window)].toSorted((a, b) => a - b)
  const rests = places.flatMap((place) => {
    const entry = index.entries[place]
    return entry === undefined ? [] : [restOf(entry)]
  })
  const rules = joinRuns(
    rests.map(({ rule }) => rule),
    rests.map(({ shape }) => shape),
  )
  return { rules, ...window, work: CHOSEN_STEPS * places.length + index.others.length }
}

const NO_PLACES: readonly number[] = []

function othersFor({ entries, others }: Index, dport: number, window: { from: number; beyond: number }): number[] {
  return others.filter((place) => {
    let isAsked = true
    for (const set of entries[place]?.ports ?? []) isAsked = narrow(window, set, dport) && isAsked
    return isAsked
  })
}

/** Is the port in the set? For all ports of the window, now, the answer is the same. */
function narrow(window: { from: number; beyond: number }, set: Ranges, port: number): boolean {
  const borders = bordersUpTo(set, port)
  window.from = Math.max(window.from, Number(set[borders - 1] ?? 0))
  window.beyond = Math.min(window.beyond, Number(set[borders] ?? 65_536))
  return borders % 2 === 1
}

function indexOf({ rules }: Chain, family: Family, protocol: Protocol): Index {
  const usable = rules.filter((rule) => canConcern(rule, family, protocol))
  // Rules about single ports are joined by who asks for the port: here it would be work for ports nobody listens on.
  const shapes = usable.map((rule) => (onlyPort(rule) === null ? shapeOf(rule) : null))
  const entries = joinRuns(usable, shapes).map((rule): Entry => ({ rule, ports: portsOf(rule), rest: null }))
  const byPort = new Map<number, number[]>()
  const others: number[] = []
  for (const [place, { rule }] of entries.entries()) {
    const single = onlyPort(rule)
    const alike = single === null ? others : byPort.get(single)
    if (alike !== undefined) alike.push(place)
    else if (single !== null) byPort.set(single, [place])
  }
  const borders = new Set([...byPort.keys()].flatMap((port) => [port, port + 1]))
  return { entries, byPort, others, borders: [...borders].toSorted((a, b) => a - b), last: null }
}

function portsOf({ conditions }: Rule): Ranges[] {
  return conditions.flatMap(({ ports }) => (ports === undefined ? [] : [ports.set]))
}

/** Null: it asks for none, for several, or more than once. */
function onlyPort({ conditions }: Rule): number | null {
  let only: number | null = null
  for (const { ports } of conditions) {
    if (ports === undefined) continue
    const [from, beyond] = ports.set
    if (only !== null || ports.set.length !== 2 || typeof from !== 'number' || beyond !== from + 1) return null
    only = from
  }
  return only
}

/** A set this large is united with no other for the sake of one port. */
const UNITED_BORDERS_MAX = 4096

function restOf(entry: Entry): Rest {
  entry.rest ??= withoutPorts(entry.rule)
  return entry.rest
}

function withoutPorts(rule: Rule): Rest {
  const conditions = rule.conditions.filter(({ fixed, ports }) => fixed === undefined && ports === undefined)
  const isLarge = conditions.some(({ ends }) => (ends?.set.length ?? 0) > UNITED_BORDERS_MAX)
  const rest = addressesLast({ ...rule, conditions })
  return { rule: rest, shape: isLarge ? null : shapeOf(rest) }
}

function canConcern({ conditions }: Rule, family: Family, protocol: Protocol): boolean {
  for (const { fixed, ports, ends } of conditions) {
    if (fixed !== undefined && !fixed(family, protocol)) return false
    if (ports !== undefined && ports.protocol !== null && ports.protocol !== protocol) return false
    if (ends !== undefined && ends.family !== family) return false
  }
  return true
}

/** What rules a rule out fastest is asked first: not who it is. */
function addressesLast(rule: Rule): Rule {
  const { conditions } = rule
  if (conditions.length < 2 || conditions[0]?.ends === undefined) return rule
  const isAddress = ({ ends }: Condition) => Number(ends !== undefined)
  return { ...rule, conditions: conditions.toSorted((a, b) => isAddress(a) - isAddress(b)) }
}

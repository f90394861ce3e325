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
  /** How many rules had to be looked at for it, as far as it is new. */
  work: number
}

type Entry = {
  rule: Rule
  /** Without the questions that family, protocol and port settle. */
  rest: Rule
  restShape: number | null
  /** The ports it asks for; one set for each question. */
  ports: readonly Ranges[]
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

function planForAll({ entries }: Index): Plan {
  const rules = entries.map(({ rule }) => rule)
  const shapes = rules.map(shapeOf)
  return { rules: joinRuns(rules, shapes), from: 0, beyond: 65_536, work: entries.length }
}

function planForPort(index: Index, dport: number): Plan {
  const window = { from: 0, beyond: 65_536 }
  narrow(window, index.borders, dport)
  const places = [...(index.byPort.get(dport) ?? []), ...index.others].toSorted((a, b) => a - b)
  const found = places.flatMap((place) => {
    const entry = index.entries[place]
    if (entry === undefined) return []
    let isAsked = true
    for (const set of entry.ports) isAsked = narrow(window, set, dport) && isAsked
    return isAsked ? [entry] : []
  })
  const rules = found.map(({ rest }) => rest)
  const shapes = found.map(({ restShape }) => restShape)
  return { rules: joinRuns(rules, shapes), ...window, work: places.length }
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
  const numberOf = numbering()
  const joined = joinRuns(
    usable,
    usable.map((rule) => numberOf(shapeOf(rule))),
  )
  const entries = joined.map((rule) => entryOf(addressesLast(rule), numberOf))
  const byPort = new Map<number, number[]>()
  const others: number[] = []
  for (const [place, { ports }] of entries.entries()) {
    const single = onlyPort(ports)
    const alike = single === null ? others : byPort.get(single)
    if (alike !== undefined) alike.push(place)
    else if (single !== null) byPort.set(single, [place])
  }
  const borders = new Set([...byPort.keys()].flatMap((port) => [port, port + 1]))
  return { entries, byPort, others, borders: [...borders].toSorted((a, b) => a - b), last: null }
}

function onlyPort([set, ...more]: readonly Ranges[]): number | null {
  const [from, beyond] = set ?? []
  const isOne = set?.length === 2 && more.length === 0 && typeof from === 'number' && beyond === from + 1
  return isOne ? from : null
}

/** Compared twenty thousand times, a number is cheaper than a text. */
function numbering(): (shape: string | null) => number | null {
  const numbers = new Map<string, number>()
  return (shape) => {
    if (shape === null) return null
    const number = numbers.get(shape) ?? numbers.size
    numbers.set(shape, number)
    return number
  }
}

/** A set this large is united with no other for the sake of one port. */
const UNITED_BORDERS_MAX = 4096

function entryOf(rule: Rule, numberOf: (shape: string | null) => number | null): Entry {
  const conditions = rule.conditions.filter(({ fixed, ports }) => fixed === undefined && ports === undefined)
  const rest = conditions.length === rule.conditions.length ? rule : { ...rule, conditions }
  const isLarge = conditions.some(({ ends }) => (ends?.set.length ?? 0) > UNITED_BORDERS_MAX)
  const ports = rule.conditions.flatMap((condition) => (condition.ports === undefined ? [] : [condition.ports.set]))
  return { rule, rest, restShape: isLarge ? null : numberOf(shapeOf(rest)), ports }
}

function canConcern({ conditions }: Rule, family: Family, protocol: Protocol): boolean {
  return conditions.every(({ fixed, ports, ends }) => {
    if (fixed !== undefined && !fixed(family, protocol)) return false
    if (ports !== undefined && ports.protocol !== null && ports.protocol !== protocol) return false
    return ends === undefined || ends.family === family
  })
}

/** What rules a rule out fastest is asked first: not who it is. */
function addressesLast(rule: Rule): Rule {
  const { conditions } = rule
  if (conditions.length < 2 || conditions[0]?.ends === undefined) return rule
  const isAddress = ({ ends }: Condition) => Number(ends !== undefined)
  return { ...rule, conditions: conditions.toSorted((a, b) => isAddress(a) - isAddress(b)) }
}

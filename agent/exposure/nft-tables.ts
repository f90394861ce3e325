// The tables of `nft -j list ruleset`, libnftables-json(5), with their rules and sets still as text: what a rule asks is
// read when its turn comes. Pure.
import { isRecord, listOf, onlyEntry, textOf } from './json-values.ts'
import { spansOf, type Span } from './nft-spans.ts'

export type Entry = Record<string, unknown>
export type RuleSpan = Span & { chain: string }
export type RawTable = {
  entry: Entry
  chains: Entry[]
  rules: RuleSpan[]
  sets: Map<string, { entry: Entry | null; spans: Span[] }>
  /** Objects that no tool has printed so far. */
  strange: string[]
}

/** They hold no rules. */
const WITHOUT_RULES = new Set([
  'metainfo',
  'flowtable',
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'synproxy',
  'secmark',
  'tunnel',
])

/** Throws Error for what is no such document. */
export function rawTables(json: string): RawTable[] {
  const tables = new Map<string, RawTable>()
  for (const span of spansOf(json)) {
    const head = ruleHead(json, span)
    const [kind, entry] = head === null ? entryAt(json, span) : ['rule', head]
    if (kind === 'table') tables.set(keyOf(entry, 'name'), newTable(entry))
    const table = tables.get(keyOf(entry, 'table'))
    if (table === undefined && (kind === 'chain' || kind === 'rule')) throw new Error('nft printed a rule of no table')
    if (table !== undefined) addTo(table, kind, entry, span)
  }
  return [...tables.values()]
}

/** The object at a place, by its kind. Throws Error for none: left out, it would be a firewall that is not there. */
export function entryAt(json: string, { from, end }: Span): [string, Entry] {
  const [kind, entry] = onlyEntry(JSON.parse(json.slice(from, end))) ?? ['', null]
  if (!isRecord(entry)) throw new Error('nft printed an object that is none')
  return [kind, entry]
}

/** Almost always enough to know where a rule belongs. */
const RULE_HEAD =
  /^\{"rule": ?\{"family": ?"([a-z0-9]{1,10})", ?"table": ?"([^"\\]{1,300})", ?"chain": ?"([^"\\]{1,300})"/

function ruleHead(json: string, { from, end }: Span): Entry | null {
  const found = RULE_HEAD.exec(json.slice(from, Math.min(end, from + 800)))
  return found === null ? null : { family: found[1], table: found[2], chain: found[3] }
}

function keyOf(entry: Entry, name: 'name' | 'table'): string {
  return `${textOf(entry['family'])} ${textOf(entry[name])}`
}

function newTable(entry: Entry): RawTable {
  return { entry, chains: [], rules: [], sets: new Map(), strange: [] }
}

function addTo(table: RawTable, kind: string, entry: Entry, span: Span): void {
  const name = textOf(entry['name']) ?? ''
  if (kind === 'chain') table.chains.push(entry)
  else if (kind === 'rule') table.rules.push({ ...span, chain: textOf(entry['chain']) ?? '' })
  else if (kind === 'set' || kind === 'map' || kind === 'element') addSet(table, kind, entry, span, name)
  else if (kind !== 'table' && !WITHOUT_RULES.has(kind)) table.strange.push(kind)
}

/** Elements of large sets stand beside them with some tools. */
function addSet({ sets }: RawTable, kind: string, entry: Entry, span: Span, name: string): void {
  const known = sets.get(name) ?? { entry: null, spans: [] }
  sets.set(name, { entry: kind === 'element' ? known.entry : { ...entry, elem: null }, spans: [...known.spans, span] })
}

export function elementsAt(json: string, spans: readonly Span[]): readonly unknown[] {
  const lists = spans.map((span) => listOf(entryAt(json, span)[1]['elem']))
  return lists.length === 1 ? (lists[0] ?? []) : lists.flat()
}

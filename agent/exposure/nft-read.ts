// The ruleset as `nft -j list ruleset` prints it, libnftables-json(5), to tables of chains. Pure.
import type { AddressTypes } from './address-type.ts'
import type { Family } from './family.ts'
import { isRecord, listOf, numberOf, onlyEntry, textOf } from './json-values.ts'
import type { NftContext } from './nft-match.ts'
import { rulesOf } from './nft-statements.ts'
import { elementsAt, entryAt, rawTables, type Entry, type RawTable } from './nft-tables.ts'
import { ruleText } from './nft-text.ts'
import type { TableNotes } from './nft-terse.ts'
import type { Base, Chain, Hook, Rule, Table } from './ruleset.ts'

export type NftTable = Table & {
  family: string
  name: string
  /** Rules made by iptables, of which nft shows names only. */
  hasXt: boolean
  /** And others that iptables cannot make: it prints them as something else (1.8.9: of a set, nothing at all). */
  isMixed: boolean
  hooks: readonly string[]
}

export type NftReading = {
  types: AddressTypes
  /** What the text of nft says and its JSON does not; null without. */
  notes: TableNotes | null
  /** Rules of such a table are read from elsewhere, and left out here. By family and name, "ip filter". */
  isReplaced: (label: string) => boolean
}

/** Throws Error for what is no such document. */
export function parseNft(json: string, reading: NftReading): NftTable[] {
  return rawTables(json).flatMap((raw) => toTable(json, raw, reading))
}

function toTable(json: string, raw: RawTable, { types, notes, isReplaced }: NftReading): NftTable[] {
  const [family, name] = [textOf(raw.entry['family']) ?? '', textOf(raw.entry['name']) ?? '']
  const label = `${family} ${name}`
  const activity = activityOf(raw.entry['flags'], notes?.get(label)?.isDormant)
  if (activity === 'dormant') return []
  const hasXt = statementsWith(json, raw, /"xt"/).some((statement) => isRecord(statement) && 'xt' in statement)
  const isMixed = hasXt && (raw.sets.size > 0 || statementsWith(json, raw, FOREIGN_HINT).some(isForeign))
  const doubt = doubtOf(raw, activity)
  const byChain = new Map<string, Rule[]>()
  if (doubt === null && !(hasXt && !isMixed && isReplaced(label))) readRules(json, raw, { types, byChain })
  const chains = raw.chains.map((chain): [string, Chain] => {
    const named = textOf(chain['name']) ?? ''
    const base = baseOf(chain, family, notes?.get(label)?.devices.get(named) ?? null)
    return [named, { name: named, base, rules: doubt === null ? (byChain.get(named) ?? []) : [lost(doubt)] }]
  })
  const hooks = raw.chains.flatMap((chain) => textOf(chain['hook']) ?? [])
  return [{ family, name, label, hasXt, isMixed, hooks, chains: new Map(chains) }]
}

/** Of the rules in whose text `hint` is found. Parsing all of them for this would double the time. */
function statementsWith(json: string, { rules }: RawTable, hint: RegExp): unknown[] {
  return rules.flatMap((span) =>
    hint.test(json.slice(span.from, span.end)) ? listOf(entryAt(json, span)[1]['expr']) : [],
  )
}

const FOREIGN_HINT = /"(?:set|map|vmap|meter|range)": ?[{[]/

/** Sets, maps and spans of addresses: iptables has matches of its own for them. */
function isForeign(statement: unknown): boolean {
  if (/"(?:set|map|vmap|meter)":/.test(JSON.stringify(statement))) return true
  const match = isRecord(statement) && isRecord(statement['match']) ? statement['match'] : {}
  const isSpan = isRecord(match['right']) && match['right']['range'] !== undefined
  return isSpan && /"[sd]addr"/.test(JSON.stringify(match['left']))
}

const KNOWN_OF_TABLE = new Set(['family', 'name', 'handle', 'flags', 'comment', 'owner', 'use'])
const KNOWN_OF_CHAIN = new Set('family table name handle type hook prio policy dev devs comment flags'.split(' '))

/** Why nothing certain can be said of what is in the table; null where nothing is in the way. */
function doubtOf({ entry, chains, strange }: RawTable, activity: 'active' | 'unknown'): string | null {
  if (activity === 'unknown') return 'a table that may be dormant'
  const [object] = strange
  if (object !== undefined) return `an object "${object}" of nft`
  const attribute =
    strangeKey(entry, KNOWN_OF_TABLE) ?? chains.map((chain) => strangeKey(chain, KNOWN_OF_CHAIN)).find(Boolean)
  return attribute === undefined || attribute === null ? null : `an attribute "${attribute}" of nft`
}

function strangeKey(entry: Entry, known: ReadonlySet<string>): string | null {
  return Object.keys(entry).find((key) => !known.has(key)) ?? null
}

function lost(why: string): Rule {
  return { text: () => why, conditions: [], acts: [], verdict: { kind: 'lost', why } }
}

/** nft 1.0.6 prints the first letters of a flag's name wrongly: what is printed then cannot be told. */
function activityOf(flags: unknown, isDormant: boolean | undefined): 'active' | 'dormant' | 'unknown' {
  if (isDormant !== undefined) return isDormant ? 'dormant' : 'active'
  const names = (Array.isArray(flags) ? flags : flags === undefined ? [] : [flags]).map(textOf)
  if (names.includes('dormant')) return 'dormant'
  return names.every((name) => name === 'owner' || name === 'persist') ? 'active' : 'unknown'
}

function readRules(
  json: string,
  raw: RawTable,
  { types, byChain }: { types: AddressTypes; byChain: Map<string, Rule[]> },
): void {
  const filled = new Set(statementsWith(json, raw, /"(?:set|map|meter)": ?\{/).flatMap(setsFilledBy))
  const elementsOf = (name: string) => {
    const set = raw.sets.get(name)
    if (set === undefined || set.entry === null || filled.has(name) || !isKnownSet(set.entry)) return null
    return elementsAt(json, set.spans)
  }
  const context: NftContext = { types, elementsOf, known: new Map() }
  for (const span of raw.rules) {
    const rules = byChain.get(span.chain) ?? []
    rules.push(...toRules(entryAt(json, span)[1], () => textAt(json, span), context))
    byChain.set(span.chain, rules)
  }
}

function textAt(json: string, span: RawTable['rules'][number]): string {
  const [, rule] = entryAt(json, span)
  return ruleText(rule, listOf(rule['expr']))
}

const KNOWN_OF_SET = new Set(
  'family table name handle type map policy flags elem timeout gc-interval size comment stmt auto-merge'.split(' '),
)

function isKnownSet(entry: Entry): boolean {
  return strangeKey(entry, KNOWN_OF_SET) === null
}

function setsFilledBy(statement: unknown): string[] {
  const [name, value] = onlyEntry(statement) ?? ['', null]
  if (name === 'meter' && isRecord(value)) return [textOf(value['name']) ?? '']
  if ((name !== 'set' && name !== 'map') || !isRecord(value)) return []
  const set = textOf(value[name])
  return set === null ? [] : [set.replace(/^@/, '')]
}

const KNOWN_OF_RULE = new Set(['family', 'table', 'chain', 'handle', 'index', 'position', 'comment', 'expr'])

function toRules(rule: Entry, text: () => string, context: NftContext): Rule[] {
  const attribute = strangeKey(rule, KNOWN_OF_RULE)
  if (attribute !== null) return [lost(`an attribute "${attribute}" of nft`)]
  return rulesOf(listOf(rule['expr']), text, context)
}

const HOOKS = new Set(['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting'])
const FAMILIES: Readonly<Record<string, readonly Family[]>> = { ip: [4], ip6: [6], inet: [4, 6], netdev: [4, 6] }

function baseOf(chain: Entry, family: string, noted: readonly string[] | null): Base | null {
  const hook = textOf(chain['hook'])
  const families = FAMILIES[family]
  if (hook === null || families === undefined || !HOOKS.has(hook)) return null
  const dev = chain['dev'] ?? chain['devs']
  const devices = Array.isArray(dev) ? dev.map(String) : typeof dev === 'string' ? [dev] : noted
  return {
    hook: hook as Hook,
    priority: numberOf(chain['prio']) ?? 0,
    isNat: chain['type'] === 'nat',
    policy: chain['policy'] === 'drop' ? 'drop' : 'accept',
    devices: hook === 'ingress' ? devices : null,
    families,
  }
}

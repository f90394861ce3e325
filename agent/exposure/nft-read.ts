// The ruleset as `nft -j list ruleset` prints it, libnftables-json(5), to tables of chains. Pure.
import type { AddressTypes } from './address-type.ts'
import { isRecord, listOf, numberOf, onlyEntry, textOf } from './json-values.ts'
import type { NftContext } from './nft-match.ts'
import { rulesOf } from './nft-statements.ts'
import { ruleText } from './nft-text.ts'
import type { TableNotes } from './nft-terse.ts'
import { unionOf } from './ranges.ts'
import { joinRules, type Base, type Chain, type Hook, type Rule, type Table } from './ruleset.ts'

export type NftTable = Table & {
  family: string
  name: string
  /** Rules made by iptables, of which nft shows names only. */
  hasXt: boolean
  hooks: readonly string[]
}

type Entry = Record<string, unknown>
type RawTable = { entry: Entry; chains: Entry[]; rules: Entry[]; sets: Map<string, Entry> }

/** Throws Error for what is no such document. `notes`: what the text of nft says and its JSON does not; null without. */
export function parseNft(json: string, types: AddressTypes, notes: TableNotes | null): NftTable[] {
  const document: unknown = JSON.parse(json)
  if (!isRecord(document) || !Array.isArray(document['nftables'])) throw new Error('not a ruleset of nft')
  return [...rawTables(document['nftables']).values()].flatMap((raw) => toTable(raw, types, notes))
}

function rawTables(objects: readonly unknown[]): Map<string, RawTable> {
  const tables = new Map<string, RawTable>()
  for (const object of objects) {
    const [kind, entry] = onlyEntry(object) ?? ['', null]
    // Left out, it would be a firewall that is not there.
    if (!isRecord(entry)) throw new Error('nft printed an object that is none')
    if (kind === 'table') tables.set(keyOf(entry, 'name'), { entry, chains: [], rules: [], sets: new Map() })
    const table = tables.get(keyOf(entry, 'table'))
    if (table === undefined && (kind === 'chain' || kind === 'rule')) throw new Error('nft printed a rule of no table')
    if (kind === 'chain') table?.chains.push(entry)
    else if (kind === 'rule') table?.rules.push(entry)
    else if (kind === 'set' || kind === 'map') table?.sets.set(textOf(entry['name']) ?? '', entry)
  }
  return tables
}

function keyOf(entry: Entry, name: 'name' | 'table'): string {
  return `${textOf(entry['family'])} ${textOf(entry[name])}`
}

function toTable({ entry, chains, rules, sets }: RawTable, types: AddressTypes, notes: TableNotes | null): NftTable[] {
  const [family, name] = [textOf(entry['family']) ?? '', textOf(entry['name']) ?? '']
  const label = `${family} ${name}`
  const activity = activityOf(entry['flags'], notes?.get(label)?.isDormant)
  if (activity === 'dormant') return []
  const filled = new Set(rules.flatMap((rule) => listOf(rule['expr']).flatMap(setsFilledBy)))
  const context: NftContext = {
    types,
    elementsOf: (set) => (filled.has(set) || !sets.has(set) ? null : listOf(sets.get(set)?.['elem'])),
  }
  const byChain = Map.groupBy(rules, (rule) => textOf(rule['chain']) ?? '')
  const toChain = (chain: Entry): [string, Chain] => {
    const named = textOf(chain['name']) ?? ''
    const read = (byChain.get(named) ?? []).flatMap((rule) => toRules(rule, context))
    const base = baseOf(chain, family, notes?.get(label)?.devices.get(named) ?? null)
    const made = activity === 'active' ? joinRules(read, unionOf) : [MAYBE_DORMANT]
    return [named, { name: named, rules: made, base }]
  }
  const hasXt = rules.some((rule) => listOf(rule['expr']).some((statement) => isRecord(statement) && 'xt' in statement))
  const hooks = chains.flatMap((chain) => textOf(chain['hook']) ?? [])
  return [{ family, name, label, hasXt, hooks, chains: new Map(chains.map(toChain)) }]
}

const MAYBE_DORMANT: Rule = {
  text: 'a table that may be dormant',
  conditions: [],
  acts: [],
  verdict: { kind: 'lost', why: 'a table that may be dormant' },
}

/** nft 1.0.6 prints the first letters of a flag's name wrongly: what is printed then cannot be told. */
function activityOf(flags: unknown, isDormant: boolean | undefined): 'active' | 'dormant' | 'unknown' {
  if (isDormant !== undefined) return isDormant ? 'dormant' : 'active'
  const names = (Array.isArray(flags) ? flags : flags === undefined ? [] : [flags]).map(textOf)
  if (names.includes('dormant')) return 'dormant'
  return names.every((name) => name === 'owner' || name === 'persist') ? 'active' : 'unknown'
}

function setsFilledBy(statement: unknown): string[] {
  const [name, value] = onlyEntry(statement) ?? ['', null]
  if ((name !== 'set' && name !== 'map') || !isRecord(value)) return []
  const set = textOf(value[name])
  return set === null ? [] : [set.replace(/^@/, '')]
}

function toRules(rule: Entry, context: NftContext): Rule[] {
  const expressions = listOf(rule['expr'])
  return rulesOf(expressions, ruleText(rule, expressions), context)
}

const HOOKS = new Set(['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting'])
const FAMILIES: Readonly<Record<string, readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6], netdev: [4, 6] }

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

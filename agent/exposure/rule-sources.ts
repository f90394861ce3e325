// One ruleset from what the tools print. iptables on nf_tables keeps its rules where nft sees them, but not what they ask:
// such a table is read from iptables' own dump. Legacy tables stand beside both, and a packet has to pass all. Pure.
import type { Family } from './family.ts'
import type { AddressTypes } from './address-type.ts'
import { parseNft, type NftTable } from './nft-read.ts'
import type { TableNotes } from './nft-terse.ts'
import { requireFit } from './ruleset-size.ts'
import type { Ruleset, Table } from './ruleset.ts'
import { parseXtables, type XtablesTable } from './xtables-read.ts'

export type RuleTexts = {
  /** `nft -j list ruleset`. */
  nft: string
  notes: TableNotes | null
  /** iptables-nft-save and ip6tables-nft-save; null where there is none. */
  nftSaves: Readonly<Record<Family, string | null>>
  legacySaves: Readonly<Record<Family, string | null>>
}

/** Throws Error for what cannot be read. */
export function joinSources(texts: RuleTexts, types: AddressTypes): Ruleset {
  requireFit(texts)
  const { nft, notes, nftSaves, legacySaves } = texts
  const saved = new Map(([4, 6] as const).flatMap((family) => savedTables(nftSaves[family], family, types)))
  const legacy = ([4, 6] as const).flatMap((family) => {
    const text = legacySaves[family]
    return text === null ? [] : parseXtables(text, `${nameOf(family)} legacy`, { family, types })
  })
  const native = parseNft(nft, { types, notes, isReplaced: (label) => saved.has(label) })
  const fromNft = native.map((table): Table =>
    table.hasXt && !table.isMixed ? (saved.get(`${table.family} ${table.name}`) ?? table) : table,
  )
  const tools = toolsOf(native, legacy)
  return { tables: [...fromNft, ...legacy], tools, isBelowIp: native.some(isBelowIp), isEgress: native.some(hasEgress) }
}

function savedTables(text: string | null, family: Family, types: AddressTypes): [string, XtablesTable][] {
  if (text === null) return []
  const tables = parseXtables(text, nameOf(family), { family, types })
  return tables.map((table) => [`${nameOf(family)} ${table.name}`, table])
}

function nameOf(family: Family): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6'
}

function isBelowIp({ family, hooks }: NftTable): boolean {
  return family === 'bridge' && hooks.length > 0
}

function hasEgress({ hooks }: NftTable): boolean {
  return hooks.includes('egress')
}

function toolsOf(native: readonly NftTable[], legacy: readonly XtablesTable[]): string[] {
  const chains = [...native, ...legacy].flatMap(({ chains: all }) => [...all.keys()])
  const hasRules = ({ chains: all }: Table) =>
    [...all.values()].some((one) => one.rules.length > 0 || one.base?.policy === 'drop')
  const found: [string, boolean][] = [
    ['nft', native.some((table) => !table.hasXt && hasRules(table))],
    ['iptables', native.some(({ hasXt }) => hasXt)],
    ['iptables-legacy', legacy.some(hasRules)],
    ['ufw', chains.some((name) => name.startsWith('ufw'))],
    ['firewalld', native.some(({ name }) => name === 'firewalld')],
    ['docker', chains.some((name) => name === 'DOCKER')],
  ]
  return found.filter(([, isThere]) => isThere).map(([tool]) => tool)
}

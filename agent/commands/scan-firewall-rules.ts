// The rules of the firewall, by all tools that may have made them: as texts first, so that a ruleset that did not change
// is recognised without being read.
import { hasDefaultRoute } from '../exposure/external.ts'
import { localAddresses, type Network } from '../exposure/host-network.ts'
import { parseTerse } from '../exposure/nft-terse.ts'
import { joinSources } from '../exposure/rule-sources.ts'
import type { Ruleset } from '../exposure/ruleset.ts'
import type { HostCommand } from '../host/commands.ts'
import { isMissing, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { printed, textOr } from './scan-firewall-reading.ts'

type Saves = Readonly<Record<4 | 6, string | null>>
export type RuleTexts = { nft: string; notes: string | null; nftSaves: Saves; legacySaves: Saves }
/** Or why there are none. */
export type Unreadable = { unreadable: string }

export async function readRuleTexts(host: Host): Promise<RuleTexts | Unreadable> {
  try {
    const nft = await nftText(host)
    const hasXt = nft.includes('"xt"')
    const notes = /"(?:ingress|flags)"/.test(nft) ? await printed(host, 'nft-terse').catch(() => null) : null
    const saveOf = async (command: HostCommand) => (hasXt ? await printed(host, command).catch(() => null) : null)
    const nftSaves = { 4: await saveOf('iptables-nft-save'), 6: await saveOf('ip6tables-nft-save') }
    return { nft, notes, nftSaves, legacySaves: { 4: await legacyText(host, 4), 6: await legacyText(host, 6) } }
  } catch (error) {
    return { unreadable: reasonOf(error) }
  }
}

const NO_RULES = '{"nftables": []}'

/** A kernel whose list of modules lacks nf_tables has no rules for nft to show. A kernel without modules tells nothing. */
async function nftText(host: Host): Promise<string> {
  try {
    return await printed(host, 'nft')
  } catch (error) {
    if (!isMissing(error)) throw error
    const modules = await textOr(host, '/proc/modules', '')
    if (modules === '' || modules.split('\n').some((line) => line.startsWith('nf_tables '))) {
      throw new Error('nft is not installed, so its rules cannot be read', { cause: error })
    }
    return NO_RULES
  }
}

const LEGACY = {
  4: { names: '/proc/net/ip_tables_names', save: 'iptables-legacy-save' },
  6: { names: '/proc/net/ip6_tables_names', save: 'ip6tables-legacy-save' },
} as const

/** The save prints nothing where it may not read the names of the tables: only both together say "no rules". */
async function legacyText(host: Host, family: 4 | 6): Promise<string | null> {
  const { names, save } = LEGACY[family]
  const listed = await host.readText(names).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  const tables = (listed ?? '').split('\n').filter(Boolean)
  if (listed !== null && tables.length === 0) return null
  const text = await printed(host, save).catch((error: unknown) => {
    if (isMissing(error) && tables.length === 0) return null
    throw error
  })
  const missing = tables.filter((table) => text?.includes(`*${table}\n`) !== true)
  if (missing.length > 0) throw new Error(`${save} does not show the table ${missing[0]}`)
  return text
}

export function parseRules(texts: RuleTexts | Unreadable, network: Network): Ruleset | Unreadable {
  if ('unreadable' in texts) return texts
  try {
    const local = { 4: localAddresses(network, 4), 6: localAddresses(network, 6) }
    const notes = texts.notes === null ? null : parseTerse(texts.notes)
    return joinSources(
      { ...texts, notes },
      {
        localOf: (family) => local[family],
        hasWayBack: (family, name) => hasDefaultRoute(network, family, name),
      },
    )
  } catch (error) {
    return { unreadable: reasonOf(error) }
  }
}

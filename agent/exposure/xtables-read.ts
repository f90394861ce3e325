// A dump of iptables-save or ip6tables-save, of either back-end, to tables of chains. Real lines:
//   *filter
//   :INPUT DROP [0:0]
//   -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
//   COMMIT
// Pure.
import type { Quote } from './quoted.ts'
import { CONTINUE, type Base, type Chain, type Hook, type Rule, type Table } from './ruleset.ts'
import { listedBy, matchConditions, type XtablesContext } from './xtables-matches.ts'
import { parseRule } from './xtables-options.ts'
import { targetOutcome } from './xtables-targets.ts'

export type XtablesTable = Table & { name: string }
type RawTable = { name: string; policies: Map<string, string>; rules: Map<string, string[]>; isComplete: boolean }

/** Throws Error for a dump that is cut off or no dump. `label` stands before the names of tables, e.g. "ip legacy". */
export function parseXtables(text: string, label: string, context: XtablesContext): XtablesTable[] {
  return rawTables(text).map((raw) => {
    if (!raw.isComplete) throw new Error(`${label} ${raw.name} is cut off`)
    const chains = new Map([...raw.policies].map(([name, policy]) => [name, chainOf(raw, name, policy, context)]))
    return { name: raw.name, label: `${label} ${raw.name}`, chains }
  })
}

function rawTables(text: string): RawTable[] {
  const tables: RawTable[] = []
  for (const line of text.split('\n')) {
    const table = tables.at(-1)
    if (line.startsWith('*'))
      tables.push({ name: line.slice(1).trim(), policies: new Map(), rules: new Map(), isComplete: false })
    else if (line.trim() === '' || line.startsWith('#')) continue
    else if (table === undefined || table.isComplete) throw new Error('not a dump of iptables-save')
    else if (line.startsWith(':')) declare(table, line)
    else if (line.trim() === 'COMMIT') table.isComplete = true
    else addRule(table, withoutCounters(line))
  }
  return tables
}

function declare({ policies }: RawTable, line: string): void {
  const [name = '', policy = '-'] = line.slice(1).split(' ')
  policies.set(name, policy)
}

function addRule({ rules }: RawTable, line: string): void {
  const chain = line.split(' ', 3)[1] ?? ''
  const known = rules.get(chain)
  if (known === undefined) rules.set(chain, [line])
  else known.push(line)
}

function withoutCounters(line: string): string {
  return line.replace(/^\[\d+:\d+\] /, '')
}

function chainOf(raw: RawTable, name: string, policy: string, context: XtablesContext): Chain {
  const names = new Set(raw.policies.keys())
  const lines = raw.rules.get(name) ?? []
  const rules = lines.flatMap((line) => toRules(line, names, context))
  return {
    name,
    rules,
    base: policy === '-' ? null : baseOf(raw.name, name, policy, context),
  }
}

/** Made here, where nothing else is known: a function keeps all that stands around it. */
function quoteOf(line: string): Quote {
  return () => line
}

function toRules(line: string, chains: ReadonlySet<string>, context: XtablesContext): Rule[] {
  const parsed = parseRule(line)
  const text = quoteOf(line)
  if (parsed === null) {
    return [{ text, conditions: [], acts: [], verdict: { kind: 'lost', why: 'a rule that could not be read' } }]
  }
  const { matches } = parsed
  const conditionsOf = (some: typeof matches) => some.flatMap((match) => matchConditions(match, context))
  // The sender is on the list as soon as its match was asked, whatever the ones behind it say.
  const listing = matches.flatMap((match, at): Rule[] => {
    const name = listedBy(match)
    if (name === null) return []
    return [{ text, conditions: conditionsOf(matches.slice(0, at)), acts: [{ kind: 'list', name }], verdict: CONTINUE }]
  })
  return [...listing, { text, conditions: conditionsOf(matches), ...targetOutcome(parsed.target, chains, context) }]
}

/** include/uapi/linux/netfilter_ipv4.h */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 }
const HOOKS: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}

function baseOf(table: string, chain: string, policy: string, { family }: XtablesContext): Base | null {
  const hook = HOOKS[chain]
  const priority = PRIORITIES[table]
  if (hook === undefined || priority === undefined) return null
  const isNat = table === 'nat'
  return { hook, priority, isNat, policy: policy === 'DROP' ? 'drop' : 'accept', devices: null, families: [family] }
}

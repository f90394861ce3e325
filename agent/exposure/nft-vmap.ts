// Verdict maps of nft, `ip saddr vmap @map`: libnftables-json(5). Pure.
import { amongEnds } from './conditions.ts'
import { firstClaims } from './first-claims.ts'
import { isRecord, onlyEntry } from './json-values.ts'
import { fieldOf } from './nft-fields.ts'
import { amongCondition, sendersAmong, type NftContext } from './nft-match.ts'
import { pairsOf } from './nft-translate.ts'
import type { Condition, Entry, Verdict } from './ruleset.ts'

/** What an element leads to: a name like "jump", and what comes with it. Null: not understood. */
type ToVerdict = (name: string, value: unknown) => Verdict | null
type Group = { elements: readonly unknown[]; verdict: Verdict }

export function vmapVerdict(value: unknown, context: NftContext, toVerdict: ToVerdict): Verdict {
  const { key, data } = isRecord(value) ? value : {}
  const pairs = isRecord(value) ? pairsOf(data, context) : null
  if (pairs === null) return LOST
  const byVerdict = [...Map.groupBy(pairs, ([, verdict]) => JSON.stringify(verdict)).values()]
  const groups = byVerdict.map((group): Group => {
    const [name, target] = onlyEntry(group[0]?.[1]) ?? ['', null]
    return { elements: group.map(([element]) => element), verdict: toVerdict(name, target) ?? LOST }
  })
  // "*" is what is in no other entry.
  const sorted = groups.toSorted((a, b) => Number(hasRest(a)) - Number(hasRest(b)))
  return bySender(key, sorted) ?? byField(key, sorted, context)
}

const LOST: Verdict = { kind: 'lost', why: 'a verdict map' }

function hasRest({ elements }: Group): boolean {
  return elements.includes('*')
}

/** With a sender in one entry at most, sixty thousand of them are gone through once. Null: about something else. */
function bySender(key: unknown, groups: readonly Group[]): Verdict | null {
  const conditions = groups.map(({ elements }) => sendersAmong(key, elements))
  const asked = conditions.flatMap((condition) => (condition?.ends === undefined ? [] : [condition.ends]))
  if (asked.length < groups.length) return null
  const sets = firstClaims(asked.map(({ set }, at) => ({ set, end: String(at) })))
  const entries = groups.flatMap(({ verdict }, at): Entry[] => {
    const [ends, set] = [asked[at], sets.get(String(at))]
    return ends === undefined || set === undefined ? [] : [{ condition: amongEnds({ ...ends, set }), verdict }]
  })
  return { kind: 'dispatch', entries, isApart: true }
}

function byField(key: unknown, groups: readonly Group[], { types }: NftContext): Verdict {
  const field = fieldOf(key, types)
  if (field === null) return LOST
  const conditionOf = (elements: readonly unknown[]): Condition =>
    amongCondition(field, elements, { negated: false, key: null })
  return {
    kind: 'dispatch',
    entries: groups.map(({ elements, verdict }) => ({ condition: conditionOf(elements), verdict })),
  }
}

// What systemd lets through to a unit, systemd.resource-control(5): IPAddressAllow= first, then IPAddressDeny=, and then
// everything else. The lists of the slices around a unit are added to its own (systemd enforces them nowhere else), so what
// a slice denies its unit may allow. Pure: texts of the units' files in the order systemd reads them.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { parsePrefix } from './address-text.ts'
import { minus, union, unionOf, type Ranges } from './ranges.ts'

export type UnitFilter = {
  /** Null: it does not filter. */
  allowed: (family: Family) => Ranges | null
  /** A setting that closes the port to some, and that is not followed. */
  doubt: string | null
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  any: ['0.0.0.0/0', '::/0'],
  localhost: ['127.0.0.0/8', '::1/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/64'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
}

const LISTS = ['IPAddressAllow', 'IPAddressDeny'] as const
const NOT_FOLLOWED = ['RestrictNetworkInterfaces', 'IPIngressFilterPath'] as const
type Key = (typeof LISTS | typeof NOT_FOLLOWED)[number]
export const UNIT_FILTER_KEYS: ReadonlySet<string> = new Set<Key>([...LISTS, ...NOT_FOLLOWED])

/** `units`: of the unit and of each slice around it, the texts of its files. */
export function unitFilterOf(units: readonly (readonly string[])[]): UnitFilter {
  const lists = units.map(listsIn)
  const all = (key: Key) => lists.flatMap((list) => list.get(key) ?? [])
  const denied = all('IPAddressDeny')
  const found = NOT_FOLLOWED.find((key) => all(key).length > 0)
  return {
    allowed: (family) => (denied.length === 0 ? null : allowedOf(all('IPAddressAllow'), denied, family)),
    doubt: found === undefined ? null : `${found}= of the unit`,
  }
}

function listsIn(texts: readonly string[]): ReadonlyMap<string, string[]> {
  const lists = new Map<string, string[]>()
  for (const [key, value] of texts.flatMap(assignments)) {
    // An empty assignment begins the list anew.
    if (value === '') lists.delete(key)
    else lists.set(key, [...(lists.get(key) ?? []), ...value.split(/\s+/)])
  }
  return lists
}

function allowedOf(allow: readonly string[], deny: readonly string[], family: Family): Ranges {
  return union(minus(everyone(family), setOf(deny, family)), setOf(allow, family))
}

function setOf(words: readonly string[], family: Family): Ranges {
  const prefixes = words.flatMap((word) => WORDS[word] ?? [word])
  return unionOf(prefixes.map((prefix) => parsePrefix(prefix, family) ?? []))
}

/** Continued lines are joined; comments and section names are no assignments. */
export function assignments(text: string): [string, string][] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line): [string, string][] => {
      const equals = line.indexOf('=')
      const key = line.slice(0, Math.max(0, equals)).trim()
      return /^[A-Za-z]+$/.test(key) ? [[key, line.slice(equals + 1).trim()]] : []
    })
}

// What systemd lets through to a unit, systemd.resource-control(5): IPAddressAllow= first, then IPAddressDeny=, and then
// everything else. Pure: texts of the unit's files in the order systemd reads them.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { parsePrefix } from './address-text.ts'
import { minus, union, unionOf, type Ranges } from './ranges.ts'

export type UnitFilter = {
  /** Null: it does not filter. */
  allowed: (family: Family) => Ranges | null
  /** Has RestrictNetworkInterfaces=: which is not followed. */
  isRestrictedByInterface: boolean
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  any: ['0.0.0.0/0', '::/0'],
  localhost: ['127.0.0.0/8', '::1/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/64'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
}

export function parseUnitFilter(texts: readonly string[]): UnitFilter {
  const values = {
    IPAddressAllow: [] as string[],
    IPAddressDeny: [] as string[],
    RestrictNetworkInterfaces: [] as string[],
  }
  for (const [key, value] of texts.flatMap(assignments)) {
    const list = key in values ? values[key as keyof typeof values] : null
    // An empty assignment begins the list anew.
    if (value === '') list?.splice(0)
    else list?.push(...value.split(/\s+/))
  }
  const denies = values.IPAddressDeny.length > 0
  return {
    allowed: (family) => (denies ? allowedOf(values.IPAddressAllow, values.IPAddressDeny, family) : null),
    isRestrictedByInterface: values.RestrictNetworkInterfaces.length > 0,
  }
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

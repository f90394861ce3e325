// The addresses of each family, which of them are public, and how much of the public ones a set covers. IANA's
// special-purpose registries (RFC 6890). Pure.
import { parsePrefix } from './address-text.ts'
import { intersect, minus, sizeOf, unionOf, type Ranges } from './ranges.ts'
import type { Family } from './family.ts'
import { Rest, type Senders } from './senders.ts'

const ALL_FOUR: Ranges = [0, 2 ** 32]
const ALL_SIX: Ranges = [0n, 2n ** 128n]

export function everyone(family: Family): Ranges {
  return family === 4 ? ALL_FOUR : ALL_SIX
}

const SPECIAL_FOUR = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]
const PUBLIC_FOUR = minus(ALL_FOUR, unionOf(SPECIAL_FOUR.map((prefix) => parsePrefix(prefix, 4) ?? [])))
const PUBLIC_SIX = parsePrefix('2000::/3', 6) ?? []
const PUBLIC_SIZE = { 4: sizeOf(PUBLIC_FOUR), 6: sizeOf(PUBLIC_SIX) }

/** Of the public unicast addresses of a family: 0 to 1. */
export function shareOf(senders: Senders, family: Family): number {
  if (senders === everyone(family)) return 1
  const size = senders instanceof Rest ? restSize(senders, family) : publicSize(senders, family)
  return size / PUBLIC_SIZE[family]
}

/** What is left of a long list after a short one need not be counted. */
function restSize({ whole, gone }: Rest, family: Family): number {
  return publicSize(whole, family) - publicSize(intersect(whole, gone), family)
}

function publicSize(set: Ranges, family: Family): number {
  if (set === everyone(family)) return PUBLIC_SIZE[family]
  const known = SIZES.get(set)
  if (known !== undefined) return known
  const size = sizeOf(intersect(family === 4 ? PUBLIC_FOUR : PUBLIC_SIX, set))
  if (set.length > 0) SIZES.set(set, size)
  return size
}
const SIZES = new WeakMap<Ranges, number>()

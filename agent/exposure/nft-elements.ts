// One element of an nft set, libnftables-json(5): a value, {"range": [..]}, {"prefix": {..}}, or these in {"elem": {..}}
// with its timeout. Null for what is not understood. Pure.
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { onlyPoint, parseAddress, prefixRange, spanOf } from './address-text.ts'
import { isRecord, knownRecord, listOf, numberOf, textOf } from './json-values.ts'
import type { Ranges } from './ranges.ts'

/** None of them says whether it is in the set. */
const KNOWN_OF_ELEMENT = ['val', 'timeout', 'expires', 'comment', 'counter', 'last', 'handle']

export function valueOf(element: unknown): unknown {
  if (!isRecord(element) || element['elem'] === undefined) return element
  const known = knownRecord(element['elem'], KNOWN_OF_ELEMENT)
  return known === null ? element : known['val']
}

export function addressRanges(element: unknown, family: Family): Ranges | null {
  const value = valueOf(element)
  if (value === '*') return everyone(family)
  if (typeof value === 'string') {
    const parsed = parseAddress(value)
    return parsed?.family === family ? onlyPoint(parsed.point) : null
  }
  if (!isRecord(value)) return null
  if (isRecord(value['prefix'])) return prefixOf(value['prefix'], family)
  const [first, last] = listOf(value['range']).map(textOf)
  return typeof first === 'string' && typeof last === 'string' ? spanOf(first, last, family) : null
}

function prefixOf(prefix: Record<string, unknown>, family: Family): Ranges | null {
  const parsed = parseAddress(textOf(prefix['addr']) ?? '')
  const length = numberOf(prefix['len'])
  return parsed?.family === family && length !== null ? prefixRange(parsed.point, length, family) : null
}

/** Ports and marks. */
export function numberRanges(element: unknown): Ranges | null {
  const value = valueOf(element)
  if (value === '*') return [0, 2 ** 32]
  const single = wholeNumber(value)
  if (single !== null) return [single, single + 1]
  const [first, last] = isRecord(value) ? listOf(value['range']).map(wholeNumber) : []
  return typeof first === 'number' && typeof last === 'number' && first <= last ? [first, last + 1] : null
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^(?:0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : numberOf(value)
  return number !== null && Number.isInteger(number) && number >= 0 ? number : null
}

// Addresses as people and tools write them, to points and ranges. Everything answers null for what it does not know. Pure.
import type { Family } from './family.ts'
import type { Point, Ranges } from './ranges.ts'
import type { AddressBytes } from './socket-address.ts'

export function parseAddress(text: string): { family: Family; point: Point } | null {
  if (text.includes(':')) {
    const point = parseSix(text)
    return point === null ? null : { family: 6, point }
  }
  const point = parseFour(text)
  return point === null ? null : { family: 4, point }
}

/** "192.0.2.0/24", "192.0.2.0/255.255.255.0", "192.0.2.1", "2001:db8::/32". */
export function parsePrefix(text: string, family: Family): Ranges | null {
  const [address = '', mask] = text.split('/')
  const parsed = parseAddress(address)
  if (parsed?.family !== family) return null
  const length = mask === undefined ? bitsOf(family) : maskLength(mask, family)
  return length === null ? null : prefixRange(parsed.point, length, family)
}

/** "192.0.2.1-192.0.2.9". */
export function parseSpan(text: string, family: Family): Ranges | null {
  const [first = '', last = ''] = text.split('-')
  return spanOf(first, last, family)
}

export function spanOf(first: string, last: string, family: Family): Ranges | null {
  const from = parseAddress(first)
  const to = parseAddress(last)
  if (from?.family !== family || to?.family !== family || from.point > to.point) return null
  return [from.point, next(to.point)]
}

export function prefixRange(point: Point, length: number, family: Family): Ranges | null {
  if (!Number.isInteger(length) || length < 0 || length > bitsOf(family)) return null
  if (typeof point === 'bigint') {
    const size = 1n << BigInt(128 - length)
    const from = point - (point % size)
    return [from, from + size]
  }
  const size = 2 ** (32 - length)
  const from = point - (point % size)
  return [from, from + size]
}

export function onlyPoint(point: Point): Ranges {
  return [point, next(point)]
}

export function bytesOf(point: Point): AddressBytes {
  const length = typeof point === 'bigint' ? 16 : 4
  const value = BigInt(point)
  return Array.from({ length }, (_, at) => Number((value >> BigInt(8 * (length - 1 - at))) & 0xffn))
}

function next(point: Point): Point {
  return typeof point === 'bigint' ? point + 1n : point + 1
}

function bitsOf(family: Family): number {
  return family === 4 ? 32 : 128
}

/** A mask with holes has no length, and nobody writes one: null. */
function maskLength(mask: string, family: Family): number | null {
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= bitsOf(family) ? Number(mask) : null
  const parsed = parseAddress(mask)
  if (parsed?.family !== family) return null
  const bits = parsed.point.toString(2).padStart(bitsOf(family), '0')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null
}

const [DOT, ZERO, NINE] = [0x2e, 0x30, 0x39]

/** Sign by sign, since sets have tens of thousands of them. */
function parseFour(text: string): number | null {
  let [sum, part, digits, dots] = [0, 0, 0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (sign === DOT && digits > 0) {
      sum = sum * 256 + part
      dots += 1
      part = 0
      digits = 0
    } else if (sign >= ZERO && sign <= NINE && digits < 3) {
      part = part * 10 + sign - ZERO
      digits += 1
    } else return null
    if (part > 255 || dots > 3) return null
  }
  return dots === 3 && digits > 0 ? sum * 256 + part : null
}

function parseSix(text: string): bigint | null {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (embedded !== null) {
    const four = parseFour(embedded[2] ?? '')
    if (four === null) return null
    const high = Math.floor(four / 65_536).toString(16)
    return parseSix(`${embedded[1]}${high}:${(four % 65_536).toString(16)}`)
  }
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`)
}

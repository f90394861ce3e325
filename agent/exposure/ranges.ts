// Sets of numbers as sorted borders: [from, beyond, from, beyond, ...], half open. IPv4 addresses and ports are numbers,
// IPv6 addresses bigints. Half open, so that nothing here ever adds one and both kinds share the code. Pure.
import { noteCompared, noteCopied, noteSorted } from './effort.ts'

export type Point = number | bigint
export type Ranges = readonly Point[]

export const NOTHING: Ranges = []

export function isNothing(set: Ranges): boolean {
  return set.length === 0
}

export function contains(set: Ranges, point: Point): boolean {
  return bordersUpTo(set, point) % 2 === 1
}

/** Is all of `a` in `b`? */
export function isCovered(a: Ranges, b: Ranges): boolean {
  for (let at = 0; at + 1 < a.length; at += 2) {
    const borders = bordersUpTo(b, pointAt(a, at))
    if (borders % 2 === 0 || pointAt(b, borders) < pointAt(a, at + 1)) return false
  }
  return true
}

export function intersect(a: Ranges, b: Ranges): Ranges {
  if (a === b) return a
  if (isNothing(a) || isNothing(b)) return NOTHING
  if (b.length === 2) return cut(a, b)
  if (a.length === 2) return cut(b, a)
  if (isFew(b, a)) return piecesOf(b, a, INSIDE)
  if (isFew(a, b)) return piecesOf(a, b, INSIDE)
  return remembered(INTERSECTIONS, a, b, () => merge(a, b, (inA, inB) => inA && inB))
}

export function minus(a: Ranges, b: Ranges): Ranges {
  if (a === b || isNothing(a)) return NOTHING
  if (isNothing(b)) return a
  if (b.length === 2) return without(a, b)
  if (isFew(b, a)) return withoutFew(a, b)
  return remembered(DIFFERENCES, a, b, () =>
    isFew(a, b) ? piecesOf(a, b, OUTSIDE) : merge(a, b, (inA, inB) => inA && !inB),
  )
}

export function union(a: Ranges, b: Ranges): Ranges {
  if (a === b || isNothing(b)) return a
  if (isNothing(a)) return b
  return merge(a, b, (inA, inB) => inA || inB)
}

/** Of any number of sets, in n log n: one after the other would be quadratic for a long list of single addresses. */
export function unionOf(sets: readonly Ranges[]): Ranges {
  if (sets.length <= 2) return union(sets[0] ?? NOTHING, sets[1] ?? NOTHING)
  const single = sets.filter((set) => set.length === 2)
  const longer = sets.filter((set) => set.length > 2)
  return longer.length === 0 ? unionOfSingle(single) : union(byHalves(longer), unionOfSingle(single))
}

function byHalves(sets: readonly Ranges[]): Ranges {
  if (sets.length <= 2) return union(sets[0] ?? NOTHING, sets[1] ?? NOTHING)
  const half = sets.length >>> 1
  return union(byHalves(sets.slice(0, half)), byHalves(sets.slice(half)))
}

/** `single`: of one range each; sorted in place. */
function unionOfSingle(single: Ranges[]): Ranges {
  single.sort(byBegin)
  noteSorted(single.length)
  const borders: Point[] = []
  for (const [from, beyond] of single) {
    if (from === undefined || beyond === undefined) continue
    const end = borders[borders.length - 1]
    if (end === undefined || from > end) borders.push(from, beyond)
    else if (beyond > end) borders[borders.length - 1] = beyond
  }
  return borders
}

function byBegin([a = 0]: Ranges, [b = 0]: Ranges): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function rangesOf(set: Ranges): Ranges[] {
  return Array.from({ length: set.length / 2 }, (_, at) => set.slice(2 * at, 2 * at + 2))
}

/** How many numbers are in it; exact up to 2^53, close enough for shares beyond. */
export function sizeOf(set: Ranges): number {
  let size = 0
  for (let at = 0; at + 1 < set.length; at += 2) size += distance(pointAt(set, at), pointAt(set, at + 1))
  return size
}

function distance(from: Point, beyond: Point): number {
  if (typeof from === 'number' && typeof beyond === 'number') return beyond - from
  return Number(BigInt(beyond) - BigInt(from))
}

/** How many borders lie at or before `point`: odd means inside. */
export function bordersUpTo(set: Ranges, point: Point): number {
  let low = 0
  let high = set.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (pointAt(set, middle) <= point) low = middle + 1
    else high = middle
  }
  return low
}

/** `a` inside one range: what almost every rule of a firewall asks for, and without a walk over all of `a`. */
function cut(a: Ranges, range: Ranges): Ranges {
  const from = pointAt(range, 0)
  const beyond = pointAt(range, 1)
  const first = bordersUpTo(a, from)
  const last = bordersBefore(a, beyond)
  if (pointAt(a, 0) >= from && pointAt(a, a.length - 1) <= beyond) return a
  noteCopied(last - first)
  const inside = a.slice(first, last)
  if (first % 2 === 1) inside.unshift(from)
  if (last % 2 === 1) inside.push(beyond)
  return inside
}

function without(a: Ranges, range: Ranges): Ranges {
  const from = pointAt(range, 0)
  const beyond = pointAt(range, 1)
  const first = bordersBefore(a, from)
  const last = bordersUpTo(a, beyond)
  if (first === last && first % 2 === 0) return a
  const borders: Point[] = []
  if (first % 2 === 1) borders.push(from)
  if (last % 2 === 1) borders.push(beyond)
  noteCopied(a.length)
  // Not by spreading: that goes one by one through what may be a hundred thousand borders.
  return a.slice(0, first).concat(borders, a.slice(last))
}

/** Worth searching for each of its ranges instead of going through both sets. */
export function isFew(few: Ranges, many: Ranges): boolean {
  return few.length * 16 < many.length
}

/**
 * What lies of `many` in `few`, or of `few` outside of `many`. Border by border into one list: one list for each range, put
 * together at the end, would cost three times as much.
 */
function piecesOf(few: Ranges, many: Ranges, side: typeof INSIDE | typeof OUTSIDE): Ranges {
  const pieces: Point[] = []
  for (let at = 0; at + 1 < few.length; at += 2) {
    const from = pointAt(few, at)
    const beyond = pointAt(few, at + 1)
    let next = bordersUpTo(many, from)
    if (next % 2 === side) pieces.push(from)
    next = copyUntil(many, next, beyond, pieces)
    if (next % 2 === side) pieces.push(beyond)
  }
  noteCompared(SEARCH_COST * few.length + pieces.length)
  return pieces
}

/** How many borders lie before a point, of two: see `bordersUpTo`. */
const OUTSIDE = 0
const INSIDE = 1

/** As many comparisons as finding a border among a hundred thousand takes. */
const SEARCH_COST = 16

/** Those before `end`, from the place `start` on; where it stopped. */
function copyUntil(set: Ranges, start: number, end: Point, to: Point[]): number {
  let at = start
  for (let border = set[at]; border !== undefined && border < end; border = set[at]) {
    to.push(border)
    at += 1
  }
  return at
}

function withoutFew(many: Ranges, few: Ranges): Ranges {
  const parts: Ranges[] = []
  let done = 0
  for (const range of rangesOf(few)) {
    const first = bordersBefore(many, pointAt(range, 0))
    const last = bordersUpTo(many, pointAt(range, 1))
    parts.push(many.slice(done, first), first % 2 === 1 ? range.slice(0, 1) : NOTHING)
    parts.push(last % 2 === 1 ? range.slice(1) : NOTHING)
    done = last
  }
  noteCopied(2 * many.length)
  noteCompared(SEARCH_COST * few.length)
  // Not by spreading: that goes one by one through what may be a hundred thousand borders.
  const none: Point[] = []
  return none.concat(...parts, many.slice(done))
}

function bordersBefore(set: Ranges, point: Point): number {
  const upTo = bordersUpTo(set, point)
  return upTo > 0 && pointAt(set, upTo - 1) === point ? upTo - 1 : upTo
}

type Memory = WeakMap<Ranges, WeakMap<Ranges, Ranges>>
const INTERSECTIONS: Memory = new WeakMap()
const DIFFERENCES: Memory = new WeakMap()
const REMEMBERED_FROM = 1024

/** Two hundred walks meet the same blocklist with the same senders left: large results are made once. */
function remembered(memory: Memory, a: Ranges, b: Ranges, make: () => Ranges): Ranges {
  if (a.length + b.length < REMEMBERED_FROM) return make()
  const known = memory.get(a) ?? new WeakMap<Ranges, Ranges>()
  const result = known.get(b) ?? make()
  memory.set(a, known.set(b, result))
  return result
}

function merge(a: Ranges, b: Ranges, keep: (inA: boolean, inB: boolean) => boolean): Ranges {
  noteCompared(a.length + b.length)
  const borders: Point[] = []
  let atA = 0
  let atB = 0
  let inside = false
  while (atA < a.length || atB < b.length) {
    const nextA = a[atA]
    const nextB = b[atB]
    const at = nextB === undefined || (nextA !== undefined && nextA <= nextB) ? pointAt(a, atA) : nextB
    if (nextA === at) atA += 1
    if (nextB === at) atB += 1
    const now = keep(atA % 2 === 1, atB % 2 === 1)
    if (now !== inside) borders.push(at)
    inside = now
  }
  return borders
}

function pointAt(set: Ranges, at: number): Point {
  const point = set[at]
  if (point === undefined) throw new RangeError(`no border at ${at}`)
  return point
}

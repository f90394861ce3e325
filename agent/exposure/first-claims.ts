// Of overlapping sets in their order: which has an address first. Pure.
import { bordersUpTo, type Point, type Ranges } from './ranges.ts'

export type Claim = { set: Ranges; end: string }

/**
 * By `end`: the addresses that a set with this end claims before the others do. Between two borders all addresses are
 * alike, so each such piece is given away once, and later claims jump over what is gone: n log n, however they overlap.
 */
export function firstClaims(claims: readonly Claim[]): Map<string, Ranges> {
  const borders = bordersOf(claims)
  const owners = borders.map((): string | null => null)
  const nextFree = new Uint32Array(borders.length + 1)
  for (let at = 1; at < nextFree.length; at += 1) nextFree[at] = at
  for (const { set, end } of claims) {
    for (let at = 0; at + 1 < set.length; at += 2) {
      const beyond = placeOf(borders, set[at + 1])
      let place = freeFrom(nextFree, placeOf(borders, set[at]))
      for (; place < beyond; place = freeFrom(nextFree, place)) {
        owners[place] = end
        nextFree[place] = place + 1
      }
    }
  }
  return setsOf(borders, owners)
}

function bordersOf(claims: readonly Claim[]): Point[] {
  const all: Point[] = []
  for (const { set } of claims) for (const border of set) all.push(border)
  all.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return all.filter((border, at) => border !== all[at - 1])
}

function placeOf(borders: Ranges, border: Point | undefined): number {
  return border === undefined ? borders.length : bordersUpTo(borders, border) - 1
}

function freeFrom(nextFree: Uint32Array, start: number): number {
  let place = start
  for (let next = nextFree[place] ?? place; next !== place; next = nextFree[place] ?? place) {
    // What is jumped over is jumped over further the next time.
    nextFree[place] = nextFree[next] ?? next
    place = next
  }
  return place
}

/** `owners`: of what lies between a border and the next. */
function setsOf(borders: Ranges, owners: readonly (string | null)[]): Map<string, Ranges> {
  const sets = new Map<string, Point[]>()
  let before: string | null = null
  for (let place = 0; place < borders.length; place += 1) {
    const owner = owners[place] ?? null
    const border = borders[place]
    if (owner === before || border === undefined) continue
    if (before !== null) sets.get(before)?.push(border)
    if (owner !== null) sets.getOrInsertComputed(owner, () => []).push(border)
    before = owner
  }
  return sets
}

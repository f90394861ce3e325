// Who sends: a set of addresses, or a very long one without a few of them, which is put together only when somebody
// looks. Behind a blocklist of a hundred thousand borders every port would make a copy of its own otherwise. Pure.
import { intersect, isCovered, isFew, isNothing, minus, union, unionOf, type Ranges } from './ranges.ts'

/** `whole` without `gone`; never nobody. */
export class Rest {
  readonly whole: Ranges
  readonly gone: Ranges
  #set: Ranges | null = null

  constructor(whole: Ranges, gone: Ranges) {
    this.whole = whole
    this.gone = gone
  }

  get set(): Ranges {
    this.#set ??= minus(this.whole, this.gone)
    return this.#set
  }
}

export type Senders = Ranges | Rest

export function setOf(senders: Senders): Ranges {
  return senders instanceof Rest ? senders.set : senders
}

export function isNobody(senders: Senders): boolean {
  return !(senders instanceof Rest) && isNothing(senders)
}

/** How long a list they are, for what it costs to go through it. */
export function lengthOf(senders: Senders): number {
  return senders instanceof Rest ? senders.whole.length : senders.length
}

export function among(senders: Senders, set: Ranges): Senders {
  if (!(senders instanceof Rest)) return intersect(senders, set)
  const { whole, gone } = senders
  const inside = intersect(whole, set)
  return inside === whole ? senders : leftOf(inside, gone)
}

export function except(senders: Senders, set: Ranges): Senders {
  if (isNothing(set)) return senders
  if (!(senders instanceof Rest)) return leftOf(senders, set)
  const { whole, gone } = senders
  return isFew(set, whole) ? leftOf(whole, union(gone, set)) : leftOf(minus(whole, set), gone)
}

/** What is left after a long set is known from the last port; short ones are put together first. */
export function exceptAll(senders: Senders, sets: readonly Ranges[]): Senders {
  const left = sets.filter((set) => set.length >= LONG).reduce(except, senders)
  return except(left, unionOf(sets.filter((set) => set.length < LONG)))
}

/** From here on a copy costs more than to remember what it is made of. */
const LONG = 1024

function leftOf(whole: Ranges, gone: Ranges): Senders {
  const isWorth = whole.length >= LONG && isFew(gone, whole) && !isNothing(gone)
  return isWorth && !isCovered(whole, gone) ? new Rest(whole, gone) : minus(whole, gone)
}

export function allOf(groups: readonly Senders[]): Senders {
  const [only, ...more] = groups
  return only !== undefined && more.length === 0 ? only : unionOf(groups.map(setOf))
}

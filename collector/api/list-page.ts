// Pages of a sorted list that changes while it is read.

export type ListPage<T> = { items: readonly T[]; nextCursor: string | null; total: number }

/**
 * `isBehind(item)`: does the item come after the place where the page before ended? `sorted` must be sorted by the same
 * comparison. `cursorOf` names the place of the last item.
 */
export function pageOf<T>(
  sorted: readonly T[],
  limit: number,
  isBehind: ((item: T) => boolean) | null,
  cursorOf: (last: T) => string,
): ListPage<T> {
  const start = isBehind === null ? 0 : firstBehind(sorted, isBehind)
  const items = sorted.slice(start, start + limit)
  const last = items.at(-1)
  const isEnd = last === undefined || start + items.length >= sorted.length
  return { items, nextCursor: isEnd ? null : cursorOf(last), total: sorted.length }
}

/** By binary search. */
function firstBehind<T>(sorted: readonly T[], isBehind: (item: T) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = sorted[middle]
    if (item !== undefined && isBehind(item)) high = middle
    else low = middle + 1
  }
  return low
}

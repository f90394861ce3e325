// Lists come in pages; most commands want the items, however many requests that takes.
import type { Client, Query } from './client.ts'

/** The most the collector gives at once. */
const PAGE_MAX = 1_000

type ApiList<T> = { items: T[]; nextCursor: string | null; total: number | null }
export type Page<T> = ApiList<T> & { at: number }

/** Pages until `limit` items are there; null: all. `pageMax`: items asked for at once. */
export async function* pagesOf<T>(
  client: Client,
  path: string,
  query: Query,
  limit: number | null,
  pageMax = PAGE_MAX,
): AsyncGenerator<Page<T>> {
  let left = limit ?? Infinity
  let cursor: string | null = null
  do {
    const { value, at }: { value: ApiList<T>; at: number } = await client.read<ApiList<T>>(path, {
      ...query,
      limit: Math.min(left, pageMax),
      cursor,
    })
    yield { ...value, at }
    left -= value.items.length
    // A page may be empty and still not the last: a search through history goes on behind it.
    cursor = value.nextCursor
  } while (cursor !== null && left > 0)
}

/** The items of all these pages in one list. `at`: the collector's clock at the last page. */
export async function collect<T>(pages: AsyncIterable<Page<T>>): Promise<Page<T>> {
  const items: T[] = []
  let last: Page<T> | null = null
  for await (const page of pages) {
    last = page
    // Not spread: a page may hold more than a call takes arguments.
    for (const item of page.items) items.push(item)
  }
  return { items, nextCursor: last?.nextCursor ?? null, total: last?.total ?? null, at: last?.at ?? Date.now() }
}

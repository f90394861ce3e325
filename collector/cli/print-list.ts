// Pages become one JSON document `{items, nextCursor, total}`, written while they arrive: a fleet need not fit in memory.
import type { Io } from './io.ts'
import type { Page } from './pages.ts'
import { startProgress } from './progress.ts'
import { safeJson } from './visible.ts'

/** Resolves with how many items match, as far as the collector counts. */
export async function printList(io: Io, pages: AsyncIterable<Page<unknown>>): Promise<number> {
  const progress = startProgress(io, 'Reading')
  let written = 0
  let last: Page<unknown> | null = null
  // Nothing is written before the first answer is there: a failure leaves standard output empty.
  for await (const page of pages) {
    const before = last === null ? '{"items":[' : page.items.length === 0 ? '' : ',\n'
    await io.out.write(before + page.items.map((item) => safeJson(item)).join(',\n'))
    last = page
    written += page.items.length
    await progress.update(written, page.total)
  }
  await progress.end()
  await io.out.write(`],"nextCursor":${safeJson(last?.nextCursor ?? null)},"total":${safeJson(last?.total ?? null)}}\n`)
  return last?.total ?? written
}

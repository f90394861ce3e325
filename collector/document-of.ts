// All that is known of one server: its record, and the sections that the store keeps beside it.
import type { CollectorContext } from './context.ts'
import type { ServerRecord } from './store/records.ts'
import { toServerDocument, type ServerDocument } from './views/server-view.ts'

type Known = Pick<CollectorContext, 'projection' | 'store'>

/** `now`: epoch ms. */
export function documentOf({ projection, store }: Known, record: ServerRecord, now: number): ServerDocument {
  const { id } = record
  return toServerDocument(
    record,
    projection.lastContactAt(id),
    now,
    store.storedValue(id, 'listeners'),
    store.storedValue(id, 'processes'),
    store.storedValue(id, 'updates'),
    store.storedValue(id, 'components'),
  )
}

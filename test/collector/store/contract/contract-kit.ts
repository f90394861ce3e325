// What the parts of the store's contract share.
import type { HistoryEvent } from '../../../../shared/judgement/transition.ts'
import type { ChangeRecord, ServerRecord } from '../../../../collector/store/records.ts'
import type { Store } from '../../../../collector/store/store.ts'
import { NOW } from '../../../support/store/records.ts'

/** The same data each time it is called; `now` is the store's clock. */
export type OpenStore = (now?: number) => Store
/** Makes a test of one store, new for it. */
export type WithStore = (run: (open: OpenStore) => Promise<void>) => () => Promise<void>

export const SILENT: HistoryEvent = { type: 'silent', cause: null, data: { packages: ['a'] } }

export function put(store: Store, record: ServerRecord, events: HistoryEvent[] = [], at = NOW): Promise<ChangeRecord> {
  return store.transact((tx) => tx.putServer(record, events, at))
}

export function byId(store: Store): Map<string, ServerRecord> {
  return new Map([...store.loadServers()].map((record) => [record.id, record]))
}

// A host says that it is not watched any more: its own credential removes it, as an operator could.
import type { ServerRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { removeServer } from './remove-server.ts'

export type LeaveOutcome = 'removed' | 'conflict' | 'revoked'

/** `from`: address the request came from. `now`: epoch ms. Rejects only when the store does. */
export function leaveServer(
  store: Pick<Store, 'transact'>,
  serverId: string,
  from: string | null,
  now: number,
): Promise<LeaveOutcome> {
  return store.transact((tx) => {
    const record: ServerRecord | null = tx.server(serverId)
    if (record === null || record.lifecycle === 'removed') return 'revoked'
    // One of two copies must not take the other one away: a person decides.
    if (record.lifecycle === 'conflict') return 'conflict'
    removeServer(tx, serverId, { at: now, actor: `server:${serverId}`, cause: 'uninstalled', from })
    return 'removed'
  })
}

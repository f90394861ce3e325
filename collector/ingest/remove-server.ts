// A server that is gone: it leaves lists and counts, its history stays, and its credential answers 410 for ever.
import { nameOf, type ServerRecord } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { NEVER_ACCEPTED } from './accept.ts'

/** `operator`: somebody said so. `uninstalled`: its agent did. The others: nothing was heard of it for as long as policy allows. */
export type RemovalCause = 'operator' | 'uninstalled' | 'silent' | 'ephemeral'
/** `actor` as in the audit, e.g. "token:ID"; `from`: address the request came from. `at`: epoch ms. */
export type Removal = { at: number; actor: string; cause: RemovalCause; from?: string | null }

/** Null when there is no such server (any more): removing twice is nothing new. */
export function removeServer(tx: Transaction, id: string, removal: Removal): ServerRecord | null {
  const record = tx.server(id)
  if (record === null || record.lifecycle === 'removed') return null
  const { at, actor, cause, from = null } = removal
  tx.putServer(withoutFacts(record), [{ type: 'removed', cause: null, data: { actor, cause } }], at)
  tx.forgetStoredValues(id)
  tx.appendAudit({ at, actor, action: 'server.remove', subject: id, detail: { name: nameOf(record), cause, from } })
  return record
}

/** What remains must answer its agent and name itself in history. Build machines that live an hour would fill the memory. */
function withoutFacts(record: ServerRecord): ServerRecord {
  const { host } = record.sections
  return {
    ...record,
    lifecycle: 'removed',
    acceptance: NEVER_ACCEPTED,
    boot: null,
    snooze: null,
    declarations: null,
    declaredListeners: null,
    sections: host === undefined ? {} : { host },
    verdict: { ...record.verdict, promoted: false, reasons: [], nextJudgementAt: null },
  }
}

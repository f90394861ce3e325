// Puts the group commit on the rows: what a unit of work may do, and what happens around each transaction.
import type { CommitListener, Transaction } from '../store.ts'
import type { AccessRows } from './access-rows.ts'
import type { AuditFile } from './audit-file.ts'
import type { Connection } from './connection.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'
import type { HistoryRows } from './history-rows.ts'
import type { PolicyRows } from './policy-rows.ts'
import type { SectionRows } from './section-rows.ts'
import type { ServerRows } from './server-rows.ts'
import type { Disk } from './sync-queue.ts'

export type CommitParts = {
  connection: Connection
  servers: ServerRows
  sections: SectionRows
  history: HistoryRows
  access: AccessRows
  policy: PolicyRows
  auditFile: AuditFile
  notify: CommitListener
  /** Of the log that `connection` writes. */
  disk: Disk
}

export function createCommits(parts: CommitParts): GroupCommit<Transaction> {
  const { connection, servers, history, auditFile, notify, disk } = parts
  let writes = 0
  let isAudited = false
  const countWrite = () => void (writes += 1)
  const noteAudit = () => void (isAudited = true)
  return createGroupCommit<Transaction>({
    tx: createTransaction(parts, countWrite, noteAudit),
    writeCount: () => writes,
    begin: () => connection.beginUnsynced(),
    commit: () => connection.commit(),
    rollback() {
      servers.forget()
      history.forget()
      connection.rollback()
    },
    committed() {
      const committed = servers.publish()
      history.publish()
      const wasAudited = isAudited
      isAudited = false
      return () => {
        if (wasAudited) auditFile.followOrWarn()
        if (committed.length > 0) notify(committed)
      }
    },
    disk,
  })
}

/** Every write is counted before it is tried: one that fails half way must take its unit down with it. */
function createTransaction(
  { servers, sections, access, policy }: CommitParts,
  countWrite: () => void,
  noteAudit: () => void,
): Transaction {
  return {
    server: (id) => servers.byId(id),
    serverByCredentialHash: (hash) => servers.byCredentialHash(hash),
    putServer(record, events, at) {
      countWrite()
      return servers.put(record, events, at)
    },
    storedValue: (serverId, name) => sections.read(serverId, name),
    putStoredValue(serverId, name, value) {
      countWrite()
      sections.save(serverId, name, value)
    },
    forgetStoredValues(serverId) {
      countWrite()
      sections.forget(serverId)
    },
    joinKey: (id) => access.joinKey(id),
    takeJoinKeyUse(id, now) {
      countWrite()
      return access.takeJoinKeyUse(id, now)
    },
    appendAudit(entry) {
      countWrite()
      noteAudit()
      policy.appendAudit(entry)
    },
  }
}

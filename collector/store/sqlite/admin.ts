// The part of the port that operators use: each write in one transaction with its line of audit.
import type { AuditRecord } from '../records.ts'
import type { Store } from '../store.ts'
import type { AuditFile } from './audit-file.ts'
import type { AccessRows } from './access-rows.ts'
import type { Connection } from './connection.ts'
import type { PolicyRows } from './policy-rows.ts'

type Admin = Pick<
  Store,
  | 'policy'
  | 'savePolicy'
  | 'joinKeys'
  | 'createJoinKey'
  | 'revokeJoinKey'
  | 'tokens'
  | 'token'
  | 'createToken'
  | 'revokeToken'
  | 'session'
  | 'createSession'
  | 'deleteSession'
  | 'audit'
>

export function createAdmin(
  connection: Connection,
  access: AccessRows,
  policy: PolicyRows,
  auditFile: AuditFile,
): Admin {
  /** Nothing happened, nothing is audited. */
  function audited(entry: Omit<AuditRecord, 'id'>, write: () => boolean): boolean {
    const isDone = connection.transaction(() => {
      const happened = write()
      if (happened) policy.appendAudit(entry)
      return happened
    })
    if (isDone) auditFile.followOrWarn()
    return isDone
  }
  const always = (write: () => void) => () => {
    write()
    return true
  }
  return {
    policy: () => policy.policy(),
    savePolicy: (value, entry) =>
      void audited(
        entry,
        always(() => policy.savePolicy(value)),
      ),
    joinKeys: () => access.joinKeys(),
    createJoinKey: (key, entry) =>
      void audited(
        entry,
        always(() => access.createJoinKey(key)),
      ),
    revokeJoinKey: (id, at, entry) => audited(entry, () => access.revoke('join_keys', id, at)),
    tokens: () => access.tokens(),
    token: (id) => access.token(id),
    createToken: (token, entry) =>
      void audited(
        entry,
        always(() => access.createToken(token)),
      ),
    revokeToken: (id, at, entry) => audited(entry, () => access.revoke('tokens', id, at)),
    session: (idHash) => access.session(idHash),
    createSession: (session) => connection.transaction(() => access.createSession(session)),
    deleteSession: (idHash) => access.deleteSession(idHash),
    audit: (limit, beforeId) => policy.audit(limit, beforeId),
  }
}

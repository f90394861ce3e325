// Tokens, join keys and the audit as the API lists them. Never a secret, never its hash.
import type { AuditRecord, JoinKeyRecord, TokenRecord } from '../store/records.ts'
import { toRfc3339 } from './rfc3339.ts'

export function toTokenItem<S extends string>(token: TokenRecord, state: S) {
  const { id, role, name, createdAt, expiresAt, revokedAt } = token
  return { id, role, name, state, ...timesOf({ createdAt, expiresAt, revokedAt }) }
}

export function toJoinKeyItem<S extends string>(key: JoinKeyRecord, state: S) {
  const { id, uses, usesMax, application, cidrs, approve, ephemeral, createdAt, expiresAt, revokedAt } = key
  const times = timesOf({ createdAt, expiresAt, revokedAt })
  return { id, state, uses, usesMax, application, cidrs, approve, ephemeral, ...times }
}

export function toAuditItem({ id, at, actor, action, subject, detail }: AuditRecord) {
  return { id, at: toRfc3339(at), actor, action, subject, detail }
}

function timesOf(times: Record<'createdAt' | 'expiresAt' | 'revokedAt', number | null>) {
  const { createdAt, expiresAt, revokedAt } = times
  return { createdAt: toRfc3339(createdAt), expiresAt: toRfc3339(expiresAt), revokedAt: toRfc3339(revokedAt) }
}

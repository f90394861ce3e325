// API tokens as operators make them, over HTTP and on the command line: the same limits, the same audit.
import type { Role, TokenRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { newSecret } from './new-secret.ts'

export const ROLES: readonly Role[] = ['reader', 'operator', 'admin']
export const TOKEN_TTL_MS_MAX = 3_650 * 86_400_000

/** Who does it, as the audit keeps it. `from`: address the request came from. `at`: epoch ms. */
export type By = { at: number; actor: string; from?: string | null }
/** `ttlMs` null: until it is revoked. */
export type TokenWish = { role: Role; name: string; ttlMs: number | null }
export type TokenState = 'valid' | 'expired' | 'revoked'

/** `secret` is shown once; what is kept is its hash. */
export function createToken(store: Store, { role, name, ttlMs }: TokenWish, by: By) {
  const { id, secretHash, text: secret } = newSecret('ovdt')
  const expiresAt = ttlMs === null ? null : by.at + ttlMs
  const token: TokenRecord = { id, secretHash, name, role, createdAt: by.at, expiresAt, revokedAt: null }
  store.createToken(token, auditOf('token.create', id, by, { role, name, expiresAt }))
  return { token, secret }
}

/** False when there is none to revoke. */
export function revokeToken(store: Store, id: string, by: By): boolean {
  return store.revokeToken(id, by.at, auditOf('token.revoke', id, by))
}

export function stateOfToken({ revokedAt, expiresAt }: TokenRecord, now: number): TokenState {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && now >= expiresAt ? 'expired' : 'valid'
}

export function auditOf(action: string, subject: string, { at, actor, from }: By, detail: object = {}) {
  return { at, actor, action, subject, detail: { ...detail, ...(from === undefined ? {} : { from }) } }
}

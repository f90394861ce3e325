// Join keys as operators make them, over HTTP and on the command line: the same limits, the same audit.
import type { JoinKeyRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { newSecret } from './new-secret.ts'
import { auditOf, type By } from './tokens.ts'

export const JOIN_KEY_USES_MAX = 100_000
export const JOIN_KEY_USES_DEFAULT = 20
export const JOIN_KEY_TTL_MS_MAX = 365 * 86_400_000
export const JOIN_KEY_TTL_MS_DEFAULT = 86_400_000

export type JoinKeyWish = Pick<JoinKeyRecord, 'usesMax' | 'cidrs' | 'application' | 'approve' | 'ephemeral'> & {
  ttlMs: number
}
export type JoinKeyState = 'usable' | 'spent' | 'expired' | 'revoked'
export type MadeJoinKey = { key: JoinKeyRecord; secret: string; save: () => void }

/** Not stored before `save`: a bundle that cannot be written must leave no key behind that nobody has. */
export function prepareJoinKey(store: Store, { ttlMs, ...settings }: JoinKeyWish, by: By): MadeJoinKey {
  const { id, secretHash, text: secret } = newSecret('ovdj')
  const limits = { ...settings, expiresAt: by.at + ttlMs }
  const key: JoinKeyRecord = { id, secretHash, createdAt: by.at, uses: 0, revokedAt: null, ...limits }
  return { key, secret, save: () => store.createJoinKey(key, auditOf('join-key.create', id, by, limits)) }
}

/** False when there is none to revoke. */
export function revokeJoinKey(store: Store, id: string, by: By): boolean {
  return store.revokeJoinKey(id, by.at, auditOf('join-key.revoke', id, by))
}

export function stateOfJoinKey({ revokedAt, expiresAt, uses, usesMax }: JoinKeyRecord, now: number): JoinKeyState {
  if (revokedAt !== null) return 'revoked'
  if (now >= expiresAt) return 'expired'
  return uses >= usesMax ? 'spent' : 'usable'
}

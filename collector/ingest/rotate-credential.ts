// A server changes its secret. It announces the hash of a new one with a report; from the first request that uses the new
// one the old one is worth nothing, and after a day it is not either way: a secret that was stolen dies with the rotation.
import { secretMatches } from '../../shared/secret.ts'
import type { ServerRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/** How long the old secret still counts beside a new one that was announced and never used. */
export const OLD_CREDENTIAL_MS_MAX = 24 * 3_600_000

/** Which secret of the server is this? Null: none of its own (any more). Pure. `now`: epoch ms. */
export function credentialOf(
  { credentialHash, nextCredential = null }: ServerRecord,
  secret: string,
  now: number,
): 'current' | 'next' | null {
  // Both are compared, so that the time taken does not tell which one it is.
  const isCurrent = secretMatches(secret, credentialHash)
  const isNext = nextCredential !== null && secretMatches(secret, nextCredential.hash)
  if (isNext) return 'next'
  const isOver = nextCredential !== null && now - nextCredential.announcedAt > OLD_CREDENTIAL_MS_MAX
  return isCurrent && !isOver ? 'current' : null
}

/** How long the secret with this hash still counts, in ms; Infinity: no end is set. Pure. `now`: epoch ms. */
export function oldCredentialMsLeft(
  { credentialHash, nextCredential = null }: ServerRecord,
  hash: string,
  now: number,
): number {
  if (nextCredential === null || hash !== credentialHash) return Infinity
  return Math.max(0, nextCredential.announcedAt + OLD_CREDENTIAL_MS_MAX - now)
}

/** `hash`: of the secret to come. Once this resolves, it is accepted. Rejects only when the store does. */
export function announceCredential(
  store: Pick<Store, 'transact'>,
  serverId: string,
  hash: string,
  now: number,
): Promise<void> {
  return store.transact((tx) => {
    const record = tx.server(serverId)
    if (record === null || record.lifecycle === 'removed') return
    // One that is in use, by this server or (which takes a broken one) by another, is nothing to change to.
    if (record.nextCredential?.hash === hash || tx.serverByCredentialHash(hash) !== null) return
    // The day of the old one runs from the first announcement: whoever stole it must not prolong it by announcing again.
    const announcedAt = record.nextCredential?.announcedAt ?? now
    tx.putServer({ ...record, nextCredential: { hash, announcedAt } }, [], now)
  })
}

/** The new secret was used: it is the only one from now on. `from`: address the request came from. */
export function adoptCredential(
  store: Pick<Store, 'transact'>,
  serverId: string,
  from: string | null,
  now: number,
): Promise<void> {
  return store.transact((tx) => {
    const record = tx.server(serverId)
    const next = record?.nextCredential ?? null
    if (record === null || next === null || tx.serverByCredentialHash(next.hash) !== null) return
    tx.putServer({ ...record, credentialHash: next.hash, nextCredential: null }, [], now)
    const actor = `server:${serverId}`
    tx.appendAudit({ at: now, actor, action: 'server.rotate-credential', subject: serverId, detail: { from } })
  })
}

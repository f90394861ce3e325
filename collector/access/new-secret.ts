// A secret is shown once, when it is made; what stays here is its hash.
import { randomBytes } from 'node:crypto'
import { formatSecret, hashSecret, type SecretKind } from '../../shared/secret.ts'

/** `text` is what its owner keeps; `id` and `secretHash` are what the store keeps. */
export function newSecret(kind: SecretKind): { id: string; secretHash: string; text: string } {
  const id = randomBytes(8).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { id, secretHash: hashSecret(secret), text: formatSecret(kind, id, secret) }
}

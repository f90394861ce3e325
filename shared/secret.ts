// Secrets of the product: `ovds_ID_SECRET` (server), `ovdj_ID_SECRET` (join key), `ovdt_ID_SECRET` (API token).
// The prefix lets secret scanners find a leaked one; the id is what a database looks up; the secret is 256 bit base64url.
import { hash, timingSafeEqual } from 'node:crypto'

export type SecretKind = 'ovds' | 'ovdj' | 'ovdt'
export type ParsedSecret = { kind: SecretKind; id: string; secret: string }

const SECRET_LENGTH = 43 // 32 bytes in base64url without padding

export function formatSecret(kind: SecretKind, id: string, secret: string): string {
  return `${kind}_${id}_${secret}`
}

/** Null for anything that is not one of ours. base64url may itself hold underscores: only the first two split. */
export function parseSecret(text: string): ParsedSecret | null {
  const match = /^(ovds|ovdj|ovdt)_([0-9a-z]{1,64})_([0-9A-Za-z_-]+)$/.exec(text)
  if (match === null || match[3]?.length !== SECRET_LENGTH) return null
  return { kind: match[1] as SecretKind, id: match[2] as string, secret: match[3] }
}

/** What is stored instead of a secret: SHA-256 of its text, base64url. A 256 bit random secret needs no slow hash. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

export function secretMatches(secret: string, storedHash: string): boolean {
  const given = Buffer.from(hashSecret(secret))
  const stored = Buffer.from(storedHash)
  return given.length === stored.length && timingSafeEqual(given, stored)
}

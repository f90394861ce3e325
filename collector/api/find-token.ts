// From the text of an API token to its record.
import { parseSecret, secretMatches } from '../../shared/secret.ts'
import type { CollectorContext } from '../context.ts'
import type { TokenRecord } from '../store/records.ts'

/**
 * The token that `text` (`ovdt_...`) stands for, or null: unknown, wrong, expired and revoked are one answer.
 */
export function findToken(ctx: CollectorContext, text: string): TokenRecord | null {
  const parsed = parseSecret(text)
  if (parsed === null || parsed.kind !== 'ovdt') return null
  const token = ctx.store.token(parsed.id)
  if (token === null || !secretMatches(parsed.secret, token.secretHash)) return null
  return isTokenValid(token, ctx.clock.now()) ? token : null
}

export function isTokenValid(token: TokenRecord, now: number): boolean {
  return token.revokedAt === null && (token.expiresAt === null || now < token.expiresAt)
}

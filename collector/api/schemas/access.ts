// Tokens, join keys and the audit. A secret is in the answer that made it, and nowhere else.
import Type from 'typebox'
import { NAME_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { JOIN_KEY_USES_DEFAULT, JOIN_KEY_USES_MAX } from '../../access/join-keys.ts'
import { closed, count, oneOf, orNull, time } from './words.ts'

const role = oneOf(['reader', 'operator', 'admin'])
const approve = oneOf(['auto', 'pending'])
const ttl = Type.String({ description: 'A whole number and a unit: s, m, h or d', examples: ['24h'] })
const name = Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX })
const times = { createdAt: time, expiresAt: time, revokedAt: time }

export const idParameter = Type.Object({ id: Type.String() })

export const tokenBody = closed({ role, name: Type.Optional(name), ttl: Type.Optional(ttl) })
const token = { id: Type.String(), role, name: Type.String(), state: oneOf(['valid', 'expired', 'revoked']), ...times }
export const tokenItem = closed(token)
export const tokenMade = closed({ ...token, token: Type.String({ examples: ['ovdt_ID_SECRET'] }) })
export const tokenList = listOf(tokenItem)

export const joinKeyBody = closed({
  uses: Type.Optional(Type.Integer({ minimum: 1, maximum: JOIN_KEY_USES_MAX, default: JOIN_KEY_USES_DEFAULT })),
  ttl: Type.Optional(ttl),
  cidrs: Type.Optional(Type.Array(Type.String({ examples: ['10.0.0.0/8'] }), { maxItems: 100 })),
  application: Type.Optional(orNull(name)),
  approve: Type.Optional(approve),
  ephemeral: Type.Optional(Type.Boolean()),
})
const joinKey = {
  id: Type.String(),
  state: oneOf(['usable', 'spent', 'expired', 'revoked']),
  uses: count,
  usesMax: count,
  application: orNull(Type.String()),
  cidrs: Type.Array(Type.String()),
  approve,
  ephemeral: Type.Boolean(),
  ...times,
}
export const joinKeyItem = closed(joinKey)
export const joinKeyMade = closed({ ...joinKey, joinKey: Type.String({ examples: ['ovdj_ID_SECRET'] }) })
export const joinKeyList = listOf(joinKeyItem)

export const revoked = closed({ id: Type.String(), revoked: Type.Literal(true) })

export const auditList = closed({
  items: Type.Array(
    closed({
      id: count,
      at: time,
      actor: Type.String({ examples: ['command line'] }),
      action: Type.String({ examples: ['token.revoke'] }),
      subject: Type.String(),
      detail: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  nextCursor: orNull(Type.String()),
  /** Kept for ever: counting it would cost more than the page. */
  total: Type.Null(),
})

function listOf<T extends Type.TSchema>(item: T) {
  return closed({ items: Type.Array(item), nextCursor: Type.Null(), total: count })
}

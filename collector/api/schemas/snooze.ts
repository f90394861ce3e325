// Snoozes: who gave them, until when and why.
import Type from 'typebox'
import { QUERY_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { SNOOZE_REASON_LENGTH_MAX, SNOOZED_AT_ONCE_MAX } from '../../actions/snooze-servers.ts'
import { snooze } from './server.ts'
import { closed, count } from './words.ts'

/** A moment in one of two ways: exactly one of them is given. */
export const endOfTime = {
  until: Type.Optional(
    Type.String({ maxLength: 40, description: 'RFC 3339; either this or "for"', examples: ['2026-12-04T08:00:00Z'] }),
  ),
  for: Type.Optional(Type.String({ maxLength: 20, description: 'How long; either this or "until"', examples: ['3d'] })),
}

export const snoozeBody = closed({
  query: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: QUERY_LENGTH_MAX,
      description: 'Which servers, in the query language; either this or "servers"',
      examples: ['app:shop'],
    }),
  ),
  servers: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), {
      minItems: 1,
      maxItems: SNOOZED_AT_ONCE_MAX,
      description: 'Their ids; either this or "query"',
    }),
  ),
  ...endOfTime,
  reason: Type.String({ minLength: 1, maxLength: SNOOZE_REASON_LENGTH_MAX, examples: ['restarted with the deploy'] }),
})

const item = closed({ id: Type.String(), name: Type.String(), ...snooze.properties })
export const snoozeList = closed({ items: Type.Array(item), nextCursor: Type.Null(), total: count })
export const snoozesMade = closed({
  items: Type.Array(item),
  /** Servers that need nobody now: there is nothing to put off. */
  skipped: Type.Array(closed({ id: Type.String(), name: Type.String() })),
  total: count,
})
export const snoozeGone = closed({ id: Type.String(), snoozed: Type.Literal(false) })

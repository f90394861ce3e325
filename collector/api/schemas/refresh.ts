// Asking servers for a fresh report, and what comes of it.
import Type from 'typebox'
import { QUERY_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { REFRESH_OUTCOMES } from '../../views/refresh-view.ts'
import { serverItem } from './server.ts'
import { closed, count, oneOf, orNull } from './words.ts'

export const refreshBody = closed({
  query: Type.String({
    minLength: 1,
    maxLength: QUERY_LENGTH_MAX,
    description: 'Which servers, in the query language; * for all active ones',
    examples: ['app:shop'],
  }),
  wait: Type.Optional(
    Type.String({
      description: 'How long to wait for their fresh verdicts, e.g. 30s, at most 5m; without it nobody waits',
      examples: ['30s'],
    }),
  ),
  scan: Type.Optional(
    Type.Boolean({
      description: 'The one-shot scans (firewall, processes, inventory; updates without waiting for it) too',
      examples: [false],
      default: false,
    }),
  ),
})

export const refreshAnswer = closed({
  total: count,
  answered: count,
  items: Type.Array(
    closed({
      id: Type.String(),
      name: Type.String(),
      outcome: oneOf(REFRESH_OUTCOMES),
      why: orNull(Type.String({ examples: ['It was removed meanwhile.'] })),
      server: orNull(serverItem),
    }),
  ),
})

// The fleet in one answer.
import Type from 'typebox'
import { EXPOSURES, LIFECYCLES, PROMOTION_REASONS, REPORTINGS, STATES } from '../../../shared/judgement/verdict.ts'
import { closed, oneOf, orNull, time } from './words.ts'

const count = Type.Integer({ minimum: 0 })
const countsOf = <const T extends readonly string[]>(words: T) =>
  closed(Object.fromEntries(words.map((word) => [word, count])) as Record<T[number], typeof count>)

export const summary = closed({
  total: count,
  state: countsOf(STATES),
  reporting: countsOf(REPORTINGS),
  exposure: countsOf(EXPOSURES),
  promoted: count,
  reasons: countsOf(PROMOTION_REASONS),
  lifecycle: countsOf(LIFECYCLES),
  cannotTell: count,
  oldest: orNull(closed({ id: Type.String(), name: Type.String(), since: time })),
  sentence: Type.String(),
  blind: orNull(
    closed({
      since: time,
      reason: oneOf(['started', 'paused', 'clock-jumped', 'store-stalled', 'many-late']),
      servers: count,
    }),
  ),
  lastReportAt: time,
  asOf: time,
})

// The fleet in one answer.
import Type from 'typebox'
import {
  EXPOSURE_MISSING,
  EXPOSURES,
  LIFECYCLES,
  PROMOTION_REASONS,
  REPORTINGS,
  STATES,
} from '../../../shared/judgement/verdict.ts'
import { closed, count, countsOf, oneOf, orNull, time } from './words.ts'

export const summary = closed({
  total: count,
  state: countsOf(STATES),
  reporting: countsOf(REPORTINGS),
  exposure: countsOf(EXPOSURES),
  promoted: count,
  reasons: countsOf(PROMOTION_REASONS),
  snoozed: count,
  lifecycle: countsOf(LIFECYCLES),
  exposureMissing: countsOf(EXPOSURE_MISSING),
  cannotTell: count,
  oldest: orNull(closed({ id: Type.String(), name: Type.String(), since: time })),
  sentence: Type.String(),
  demo: Type.Boolean(),
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

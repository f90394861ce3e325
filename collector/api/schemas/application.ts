// An application: its servers counted, and the policy they are judged by.
import Type from 'typebox'
import { PRESETS, type PresetName } from '../../../shared/judgement/policy.ts'
import { EXPOSURES, PROMOTION_REASONS, REPORTINGS, STATES } from '../../../shared/judgement/verdict.ts'
import { closed, count, countsOf, exposure, oneOf, orNull, time } from './words.ts'

const from = oneOf(['application', 'fleet'])

export const applicationItem = closed({
  name: orNull(Type.String({ examples: ['shop'] })),
  total: count,
  state: countsOf(STATES),
  reporting: countsOf(REPORTINGS),
  exposure: countsOf(EXPOSURES),
  promoted: count,
  reasons: countsOf(PROMOTION_REASONS),
  oldest: orNull(closed({ id: Type.String(), name: Type.String({ examples: ['web-03'] }), since: time })),
  worstExposure: orNull(exposure),
  policy: closed({
    preset: oneOf(Object.keys(PRESETS) as PresetName[]),
    staleAfter: closed({
      exposedDays: Type.Number({ examples: [14] }),
      otherwiseDays: Type.Number({ examples: [30] }),
      from,
    }),
    unknownExposureCounts: closed({ value: Type.Boolean(), from }),
    outdatedServiceCounts: closed({ value: Type.Boolean(), from }),
  }),
})

export const applicationList = closed({
  items: Type.Array(applicationItem),
  nextCursor: orNull(Type.String()),
  total: Type.Integer(),
})

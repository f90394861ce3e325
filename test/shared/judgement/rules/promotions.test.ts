import { describe, expect, it } from 'vitest'
import { PRESETS } from '../../../../shared/judgement/policy.ts'
import { exposed } from '../../../../shared/judgement/rules/exposed.ts'
import { silent } from '../../../../shared/judgement/rules/silent.ts'
import { stale, staleMoment } from '../../../../shared/judgement/rules/stale.ts'
import { REPORTINGS } from '../../../../shared/judgement/verdict.ts'
import { DAY, NOW } from '../subjects.ts'

describe('exposed', () => {
  it.each([
    ['restart-required', 'exposed', false, true],
    ['restart-required', 'unknown', true, true],
    ['restart-required', 'unknown', false, false],
    ['restart-required', 'filtered', true, false],
    ['deferrable', 'exposed', true, false],
    ['unknown', 'exposed', true, false],
    ['ok', 'exposed', true, false],
  ] as const)('%s and %s, unknown counts: %s, is raised: %s', (state, exposure, unknownCounts, raised) => {
    expect(exposed(state, exposure, unknownCounts)).toEqual({ raised, changesAt: null })
  })
})

describe('stale', () => {
  it.each([
    ['restart-required', NOW, true, NOW + 14 * DAY],
    ['restart-required', NOW, false, NOW + 30 * DAY],
    ['restart-required', null, false, null],
    ['deferrable', NOW, false, null],
    ['unknown', NOW, true, null],
    ['ok', NOW, true, null],
  ] as const)('%s since %s, exposed: %s, comes at %s', (state, since, isExposed, at) => {
    expect(staleMoment(state, since, PRESETS.default, isExposed)).toBe(at)
  })

  it('is raised at its moment, not one millisecond before', () => {
    expect(stale(NOW, NOW - 1)).toEqual({ raised: false, changesAt: NOW })
    expect(stale(NOW, NOW)).toEqual({ raised: true, changesAt: null })
    expect(stale(null, NOW)).toEqual({ raised: false, changesAt: null })
  })
})

describe('silent', () => {
  it.each(REPORTINGS.map((reporting) => [reporting, reporting === 'silent'] as const))(
    '%s is raised: %s',
    (reporting, raised) => {
      expect(silent({ reporting, changesAt: NOW })).toEqual({ raised, changesAt: NOW })
    },
  )
})

import { describe, expect, it } from 'vitest'
import { parseDuration, parsePolicy } from '../../../shared/judgement/parse-policy.ts'
import { DEFAULT_POLICY, policyFor, PRESETS } from '../../../shared/judgement/policy.ts'
import { DAY, HOUR, MINUTE } from './subjects.ts'

describe('the policy table', () => {
  it('left out gives the default policy', () => {
    expect(parsePolicy(undefined)).toEqual({ policy: DEFAULT_POLICY, errors: null })
    expect(parsePolicy({})).toEqual({ policy: DEFAULT_POLICY, errors: null })
  })

  it.each(Object.entries(PRESETS))('knows the preset %s', (preset, staleAfter) => {
    expect(parsePolicy({ preset }).policy).toEqual({ ...DEFAULT_POLICY, preset, staleAfter })
  })

  it('overrides a preset value by value, and per application', () => {
    const { policy } = parsePolicy({
      preset: 'relaxed',
      staleAfter: { exposedDays: 7 },
      unknownExposureCounts: true,
      outdatedServiceCounts: true,
      silentAfter: '30m',
      forgetSilentAfter: '7d',
      applications: {
        shop: { preset: 'cyber-essentials', unknownExposureCounts: false },
        lab: { staleAfter: { otherwiseDays: 90 }, outdatedServiceCounts: false },
      },
    })

    expect(policy).toEqual({
      preset: 'relaxed',
      staleAfter: { exposedDays: 7, otherwiseDays: 60 },
      unknownExposureCounts: true,
      outdatedServiceCounts: true,
      silentAfterMs: 30 * MINUTE,
      forgetSilentAfterMs: 7 * DAY,
      applications: {
        shop: {
          staleAfter: PRESETS['cyber-essentials'],
          knownExploitedAfter: { exposedDays: 14, otherwiseDays: 14 },
          unknownExposureCounts: false,
        },
        lab: { staleAfter: { exposedDays: 7, otherwiseDays: 90 }, outdatedServiceCounts: false },
      },
    })
  })

  it.each([
    [42, 'policy', 42],
    [[], 'policy', []],
    [{ preset: 'strict' }, 'policy.preset', 'strict'],
    [{ preset: 'toString' }, 'policy.preset', 'toString'],
    [{ silentafter: '15m' }, 'policy.silentafter', undefined],
    [{ silentAfter: 15 }, 'policy.silentAfter', 15],
    [{ silentAfter: '15' }, 'policy.silentAfter', '15'],
    [{ silentAfter: '59s' }, 'policy.silentAfter', '59s'],
    [{ forgetSilentAfter: '23h' }, 'policy.forgetSilentAfter', '23h'],
    [{ silentAfter: '3d', forgetSilentAfter: '2d' }, 'policy.forgetSilentAfter', '2d'],
    [{ unknownExposureCounts: 'yes' }, 'policy.unknownExposureCounts', 'yes'],
    [{ outdatedServiceCounts: 1 }, 'policy.outdatedServiceCounts', 1],
    [{ staleAfter: 14 }, 'policy.staleAfter', 14],
    [{ staleAfter: { exposedDays: 0 } }, 'policy.staleAfter.exposedDays', 0],
    [{ staleAfter: { exposedDays: 1.5 } }, 'policy.staleAfter.exposedDays', 1.5],
    [{ staleAfter: { otherwiseDays: 3_651 } }, 'policy.staleAfter.otherwiseDays', 3_651],
    [{ staleAfter: { days: 3 } }, 'policy.staleAfter.days', undefined],
    [{ applications: { shop: { preset: 'x' } } }, 'policy.applications.shop.preset', 'x'],
    [{ applications: { shop: { silentAfter: '1h' } } }, 'policy.applications.shop.silentAfter', undefined],
    [{ applications: { shop: true } }, 'policy.applications.shop', true],
    [{ applications: [] }, 'policy.applications', []],
  ])('%j names the key %s, its value where the key is known, and the fix', (raw, key, value) => {
    const { policy, errors } = parsePolicy(raw)

    expect(policy).toBeNull()
    expect(errors).toEqual([
      { key, path: key.split('.'), value, fix: expect.stringMatching(/must be|unknown key/) as string },
    ])
  })

  it('names everything that is wrong at once', () => {
    const { errors } = parsePolicy({ preset: 'x', silentAfter: 1, colour: 'blue' })

    expect(errors?.map(({ key }) => key)).toEqual(['policy.preset', 'policy.silentAfter', 'policy.colour'])
  })

  it('takes the smallest and the largest number of days', () => {
    const { policy } = parsePolicy({ staleAfter: { exposedDays: 1, otherwiseDays: 3_650 } })

    expect(policy?.staleAfter).toEqual({ exposedDays: 1, otherwiseDays: 3_650 })
  })

  it('takes an application of any name for what it is', () => {
    const applications = JSON.parse('{"__proto__": {"unknownExposureCounts": true}}') as unknown
    const { policy } = parsePolicy({ applications })

    expect(policy === null ? null : policyFor(policy, '__proto__').unknownExposureCounts).toBe(true)
    expect(policyFor(DEFAULT_POLICY, '__proto__').unknownExposureCounts).toBe(false)
  })
})

describe('a duration in a setting', () => {
  it.each([
    ['30s', 30_000],
    ['15m', 15 * MINUTE],
    ['2h', 2 * HOUR],
    ['14d', 14 * DAY],
    ['0s', 0],
    ['15', null],
    ['1.5h', null],
    ['-1h', null],
    ['15 m', null],
    ['1w', null],
    ['', null],
    ['9999999d', null],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })
})

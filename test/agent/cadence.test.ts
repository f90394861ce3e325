import { describe, expect, it } from 'vitest'
import { dueSections, nextDueAt } from '../../agent/cadence.ts'

const NOTHING = new Set<never>()
const JUST_READ = {
  host: 0,
  boot: 0,
  sentinel: 0,
  kernel: 0,
  listeners: 0,
  packages: 0,
  exposure: 0,
  processes: 0,
  updates: 0,
  components: 0,
}

describe('what is read again', () => {
  it('is everything at first, in report order', () => {
    expect(dueSections({}, NOTHING, 0)).toEqual([
      'host',
      'boot',
      'sentinel',
      'kernel',
      'listeners',
      'packages',
      'exposure',
      'processes',
      'updates',
      'components',
    ])
  })

  it.each([
    [14_999, []],
    [15_000, ['boot', 'listeners', 'exposure']],
    [29_999, ['boot', 'listeners', 'exposure']],
    [30_000, ['boot', 'sentinel', 'listeners', 'packages', 'exposure', 'updates']],
    [60_000, ['boot', 'sentinel', 'listeners', 'packages', 'exposure', 'updates', 'components']],
    [
      300_000,
      ['boot', 'sentinel', 'kernel', 'listeners', 'packages', 'exposure', 'processes', 'updates', 'components'],
    ],
    [
      3_600_000,
      ['host', 'boot', 'sentinel', 'kernel', 'listeners', 'packages', 'exposure', 'processes', 'updates', 'components'],
    ],
  ])('after %i ms is %j', (nowMs, expected) => {
    expect(dueSections(JUST_READ, NOTHING, nowMs)).toEqual(expected)
  })

  it('includes the boot whenever the sentinel is read, even when only the sentinel was asked for', () => {
    expect(dueSections(JUST_READ, new Set(['sentinel'] as const), 1)).toEqual(['boot', 'sentinel'])
  })

  it('includes what the ports were judged from whenever the ports are read', () => {
    expect(dueSections(JUST_READ, new Set(['listeners'] as const), 1)).toEqual(['listeners', 'exposure'])
  })

  it('includes who changed packages whenever their list is read', () => {
    expect(dueSections(JUST_READ, new Set(['packages'] as const), 1)).toEqual(['packages', 'updates'])
  })

  it('includes components whenever it is read what runs', () => {
    expect(dueSections(JUST_READ, new Set(['processes'] as const), 1)).toEqual(['processes', 'components'])
  })

  it('does not include the sentinel when only the boot is read', () => {
    expect(dueSections(JUST_READ, new Set(['boot'] as const), 1)).toEqual(['boot'])
  })
})

describe('the next look', () => {
  it('is at once while a section was never read', () => {
    expect(nextDueAt({ boot: 5, sentinel: 5, kernel: 5, listeners: 5, packages: 5, exposure: 5 })).toBe(-Infinity)
  })

  it('is when the first section falls due', () => {
    expect(
      nextDueAt({
        host: 0,
        boot: 20_000,
        sentinel: 4_000,
        kernel: 0,
        listeners: 20_000,
        packages: 20_000,
        exposure: 20_000,
        processes: 20_000,
        updates: 20_000,
        components: 20_000,
      }),
    ).toBe(34_000)
  })
})

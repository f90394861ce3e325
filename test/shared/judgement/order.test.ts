import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byUrgency, type Ranked } from '../../../shared/judgement/order.ts'
import { EXPOSURES, PROMOTION_REASONS, STATES, type PromotionReason } from '../../../shared/judgement/verdict.ts'
import { DAY, NOW } from './subjects.ts'

function ranked(name: string, change: Partial<Ranked['verdict']> = {}): Ranked {
  const reasons = change.reasons ?? []
  const verdict = { state: 'ok', exposure: 'filtered', promoted: reasons.length > 0, reasons, since: null } as const
  return { name, verdict: { ...verdict, ...change } }
}

const required = (name: string, reasons: PromotionReason[], since = NOW, change: Partial<Ranked['verdict']> = {}) =>
  ranked(name, { state: 'restart-required', reasons, since, ...change })

describe('the order of urgency', () => {
  it('is the one people were promised', () => {
    const inOrder = [
      required('exposed, stale and silent', ['exposed', 'stale', 'silent']),
      required('stale, a day longer', ['stale'], NOW - DAY),
      required('stale', ['stale']),
      required('stale and silent', ['stale', 'silent']),
      required('exposed', ['exposed']),
      ranked('silent', { state: 'unknown', reasons: ['silent'] }),
      required('required, exposure unknown', [], NOW, { exposure: 'unknown' }),
      required('required a day longer', [], NOW - DAY),
      required('required', []),
      ranked('unknown', { state: 'unknown' }),
      ranked('deferrable', { state: 'deferrable', since: NOW }),
      ranked('ok a'),
      ranked('ok b', { exposure: 'unknown' }),
      ranked('ok c'),
    ]

    expect(inOrder.toReversed().sort(byUrgency)).toEqual(inOrder)
  })

  it('puts a need of unknown age behind those that are known', () => {
    expect(byUrgency(required('a', []), ranked('b', { state: 'restart-required' }))).toBeLessThan(0)
  })

  it('settles the same name by id', () => {
    expect(byUrgency({ ...ranked('a'), id: 's1' }, { ...ranked('a'), id: 's2' })).toBeLessThan(0)
  })

  it('is a total order', () => {
    const any = fc
      .record({
        state: fc.constantFrom(...STATES),
        exposure: fc.constantFrom(...EXPOSURES),
        reasons: fc.subarray([...PROMOTION_REASONS]),
        since: fc.option(fc.integer({ min: 0, max: 2 })),
        name: fc.constantFrom('a', 'b'),
      })
      .map(({ name, ...change }) => ranked(name, change))
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(Math.sign(byUrgency(a, b)) + Math.sign(byUrgency(b, a))).toBe(0)
        const isChain = byUrgency(a, b) <= 0 && byUrgency(b, c) <= 0
        expect(!isChain || byUrgency(a, c) <= 0).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

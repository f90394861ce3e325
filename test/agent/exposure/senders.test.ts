// A long list without a few is kept as both. Whatever is asked of it, the answer is that of the set put together.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareOf } from '../../../agent/exposure/address-space.ts'
import { firstClaims } from '../../../agent/exposure/first-claims.ts'
import { contains, intersect, minus, sizeOf, unionOf, type Ranges } from '../../../agent/exposure/ranges.ts'
import { allOf, among, except, isNobody, Rest, setOf } from '../../../agent/exposure/senders.ts'

const BEGIN = 0x14_00_00_00
const LONG = 3000
const list = fc
  .array(fc.nat(7), { minLength: 7, maxLength: 7 })
  .map((gaps) =>
    Array.from({ length: LONG }, (_, at) => BEGIN + 16 * at + (gaps[at % 7] ?? 0)).flatMap((from) => [from, from + 5]),
  )
const few = fc
  .array(fc.tuple(fc.nat(16 * LONG), fc.integer({ min: 1, max: 2000 })), { maxLength: 6 })
  .map((pairs) => unionOf([...pairs.map(([from, size]) => [BEGIN + from, BEGIN + from + size]), [], []]))

describe('senders', () => {
  it('are those that are left, however they are kept', () => {
    fc.assert(
      fc.property(list, few, few, few, (whole, first, second, third) => {
        const lazy = except(among(except(whole, first), unionOf([second, third, []])), third)
        const eager = minus(intersect(minus(whole, first), unionOf([second, third, []])), third)

        expect(setOf(lazy)).toEqual(eager)
        expect(isNobody(lazy)).toBe(eager.length === 0)
        expect(setOf(allOf([except(whole, first), lazy]))).toEqual(unionOf([minus(whole, first), eager]))
        expect(shareOf(except(whole, first), 4)).toBeCloseTo(shareOf(minus(whole, first), 4), 12)
      }),
      { numRuns: 30 },
    )
  })

  it('are not put together for a few that are taken away', () => {
    const whole = Array.from({ length: LONG }, (_, at) => BEGIN + 2 * at)

    expect(except(except(whole, [BEGIN, BEGIN + 1]), [BEGIN + 4, BEGIN + 5])).toBeInstanceOf(Rest)
    expect(setOf(except(whole, [0, 2 ** 32]))).toEqual([])
  })
})

describe('claims in their order', () => {
  it('give each address to the first that asks for it', () => {
    const claims = fc.array(
      fc.record({
        end: fc.constantFrom('accept', 'drop', 'return'),
        set: fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })).map(([from, size]) => [from, from + size] as Ranges),
      }),
    )
    fc.assert(
      fc.property(claims, (all) => {
        const sets = firstClaims(all)
        for (let point = 0; point < 90; point += 1) {
          const owners = [...sets].flatMap(([end, set]) => (contains(set, point) ? [end] : []))
          const first = all.find(({ set }) => contains(set, point))
          expect(owners).toEqual(first === undefined ? [] : [first.end])
        }
        expect([...sets.values()].every((set) => sizeOf(set) > 0)).toBe(true)
      }),
    )
  })
})

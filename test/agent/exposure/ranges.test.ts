import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrefix, parseSpan } from '../../../agent/exposure/address-text.ts'
import { contains, intersect, minus, sizeOf, union, unionOf, type Ranges } from '../../../agent/exposure/ranges.ts'
import { shareOf } from '../../../agent/exposure/address-space.ts'

const SPACE = 200
const ranges = fc
  .array(fc.tuple(fc.nat(SPACE - 1), fc.integer({ min: 1, max: 40 })), { maxLength: 60 })
  .map((pairs) => unionOf([...pairs.map(([from, size]) => [from, from + size]), []]))
const everywhere = Array.from({ length: SPACE + 60 }, (_, at) => at)
const members = (set: Ranges) => everywhere.filter((point) => contains(set, point))

describe('sets of addresses', () => {
  it('agree with sets of single points', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        expect(members(intersect(a, b))).toEqual(members(a).filter((point) => contains(b, point)))
        expect(members(minus(a, b))).toEqual(members(a).filter((point) => !contains(b, point)))
        expect(members(union(a, b))).toEqual(everywhere.filter((point) => contains(a, point) || contains(b, point)))
        expect(sizeOf(a)).toBe(members(a).length)
      }),
    )
  })

  it('agree with them where one is a list and the other a few of it', () => {
    const many = fc
      .uniqueArray(fc.nat(999), { minLength: 300, maxLength: 600 })
      .map((points) => points.map((at) => [2 * at, 2 * at + 1]))
    const few = fc.array(fc.tuple(fc.nat(1990), fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 9 })
    const everyPoint = Array.from({ length: 2300 }, (_, at) => at)
    const pointsOf = (set: Ranges) => everyPoint.filter((point) => contains(set, point))
    fc.assert(
      fc.property(many, few, (list, pairs) => {
        const a = unionOf(list)
        const b = unionOf([...pairs.map(([from, size]) => [from, from + size]), [], []])

        expect(pointsOf(intersect(a, b))).toEqual(pointsOf(a).filter((point) => contains(b, point)))
        expect(intersect(b, a)).toEqual(intersect(a, b))
        expect(pointsOf(minus(a, b))).toEqual(pointsOf(a).filter((point) => !contains(b, point)))
        expect(pointsOf(minus(b, a))).toEqual(pointsOf(b).filter((point) => !contains(a, point)))
      }),
      { numRuns: 30 },
    )
  })

  it('stay sorted and without empty ranges', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        for (const set of [intersect(a, b), minus(a, b), union(a, b)]) {
          expect(set.every((border, at) => at === 0 || border > (set[at - 1] ?? 0))).toBe(true)
          expect(set.length % 2).toBe(0)
        }
      }),
    )
  })

  it('read what iptables and nft write', () => {
    expect(parsePrefix('192.0.2.0/255.255.255.0', 4)).toEqual(parsePrefix('192.0.2.77/24', 4))
    expect(parsePrefix('2001:db8::/127', 6)).toEqual([0x20010db8n << 96n, (0x20010db8n << 96n) + 2n])
    expect(parseSpan('1.2.3.4-1.2.3.9', 4)).toEqual([0x01020304, 0x0102030a])
    for (const wrong of ['192.0.2.0/33', '300.1.1.1', '1.2.3', 'x', '', '192.0.2.0/255.0.255.0']) {
      expect(parsePrefix(wrong, 4)).toBeNull()
    }
  })

  it('know how much of the public they cover', () => {
    expect(shareOf(parsePrefix('10.0.0.0/8', 4) ?? [], 4)).toBe(0)
    expect(shareOf(parsePrefix('0.0.0.0/1', 4) ?? [], 4)).toBeGreaterThan(0.5)
    expect(shareOf(parsePrefix('2000::/4', 6) ?? [], 6)).toBe(0.5)
    expect(shareOf(parsePrefix('fd00::/8', 6) ?? [], 6)).toBe(0)
  })
})

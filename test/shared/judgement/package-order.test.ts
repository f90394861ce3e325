import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePackageVersions } from '../../../shared/judgement/package-order.ts'

describe('the order of package versions', () => {
  it.each([
    ['6.1.192-1', '6.1.192-2'],
    ['6.1.99-1', '6.1.100-1'],
    ['1.0~rc1', '1.0'],
    ['1.0~~', '1.0~'],
    ['1.0', '1.0a'],
    ['1.0a', '1.0+'],
    ['6.5.0-45.45~22.04.1', '6.5.0-45.45'],
    ['1.0-1', '1.0-1+b1'],
    ['99', '1:1'],
    ['1.0', '1.0-0.1'],
    ['1-1-1', '1-1-2'],
  ])('%s is older than %s', (older, newer) => {
    expect(comparePackageVersions(older, newer)).toBeLessThan(0)
    expect(comparePackageVersions(newer, older)).toBeGreaterThan(0)
  })

  it.each([
    ['1.0', '1.0-0'],
    ['0:1.0', '1.0'],
    ['1.010', '1.10'],
    ['', '0'],
  ])('%s equals %s', (a, b) => {
    expect(comparePackageVersions(a, b)).toBe(0)
  })

  it('is a total order, whatever a host sends', () => {
    const version = fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,2}[0-9a.+~:-]{0,6}$/))
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(comparePackageVersions(a, b)) + Math.sign(comparePackageVersions(b, a))).toBe(0)
        const isChain = comparePackageVersions(a, b) <= 0 && comparePackageVersions(b, c) <= 0
        expect(!isChain || comparePackageVersions(a, c) <= 0).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

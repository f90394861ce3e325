import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareReleases } from '../../../shared/judgement/kernel-order.ts'

describe('the order of kernel releases', () => {
  it.each([
    ['6.1.0-9-amd64', '6.1.0-10-amd64'],
    ['6.8.0-31-generic', '6.8.0-100-generic'],
    ['4.19.96', '4.19.100'],
    ['6.12.0-rc3', '6.12.0'],
    ['6.12.0-rc3-amd64', '6.12.0-1-amd64'],
    ['6.12-rc3-amd64', '6.12-amd64'],
    ['6.12.0-rc9', '6.12.0-rc10'],
    ['5.10.0-trunk-amd64', '5.10.0-1-amd64'],
    ['6.10.0-061000rc3-generic', '6.10.0-061000-generic'],
    ['6.12.90', '6.12.90+deb13'],
    ['6.12.90+deb13', '6.12.90+deb13.1'],
    ['6.12.90+deb13-amd64', '6.12.90+deb13.1-amd64'],
    ['6.1', '6.1.0'],
    ['6.5.0-0.deb12.4-amd64', '6.5.0-0.deb12.10-amd64'],
    ['6.6.31+rpt-rpi-v8', '6.6.51+rpt-rpi-v8'],
    ['9007199254740993.0', '9007199254740994.0'],
    ['', '0'],
  ])('%s is older than %s', (older, newer) => {
    expect(compareReleases(older, newer)).toBeLessThan(0)
    expect(compareReleases(newer, older)).toBeGreaterThan(0)
  })

  it('takes leading zeros for what they are', () => {
    expect(compareReleases('6.010.0', '6.10.0')).toBe(0)
  })

  it('is a total order', () => {
    const release = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.+~-]{0,6}(rc|-rc|-trunk|deb|-amd64)?[0-9.-]{0,4}$/))
    fc.assert(
      fc.property(release, release, release, (a, b, c) => {
        expect(compareReleases(a, a)).toBe(0)
        expect(Math.sign(compareReleases(a, b)) + Math.sign(compareReleases(b, a))).toBe(0)
        const isChain = compareReleases(a, b) <= 0 && compareReleases(b, c) <= 0
        expect(!isChain || compareReleases(a, c) <= 0).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

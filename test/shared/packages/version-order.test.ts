import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePackageVersions } from '../../../shared/packages/version-order.ts'

describe('the order of package versions', () => {
  it.each([
    ['6.1.192-1', '6.1.192-2'],
    ['6.1.99-1', '6.1.100-1'],
    ['6.8.0-9.9', '6.8.0-10.10'],
    ['1.9', '1.10'],
    ['1.0~rc1', '1.0'],
    ['1.0~~', '1.0~'],
    ['1.0', '1.0a'],
    ['1.0a', '1.0+'],
    ['1.0', '1.0-alpha'],
    ['1.0', '1.0+b1'],
    ['6.5.0-45.45~22.04.1', '6.5.0-45.45'],
    ['1.0-1~deb12u1', '1.0-1'],
    ['1.0-1', '1.0-1+deb12u1'],
    ['1.0-1', '1.0-1+b1'],
    ['99', '1:1'],
    ['10.0', '2:1.0'],
    ['1.0', '1.0-0.1'],
    ['1.2.3-1', '1.2.3-1-2'],
  ])('%s is older than %s', (older, newer) => {
    expect(comparePackageVersions(older, newer)).toBeLessThan(0)
    expect(comparePackageVersions(newer, older)).toBeGreaterThan(0)
  })

  it.each([
    ['1.0', '1.0-0'],
    ['1.0', '1.00'],
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

  it.skipIf(!existsSync('/usr/bin/dpkg'))(
    'is that of dpkg for 10,000 generated pairs',
    async () => {
      const pairs = fc.sample(versionPair, { numRuns: 10_000, seed: 20_261_122 })
      const claims = pairs.map(([a, b]) => `${a} ${relation(comparePackageVersions(a, b))} ${b}`)
      const batches = Array.from({ length: 20 }, (_, at) => claims.slice(at * 500, at * 500 + 500))
      const refuted: string[] = []
      for (const batch of batches) refuted.push(...(await refutedByDpkg(batch)))

      expect(new Set(claims.map((claim) => claim.split(' ')[1]))).toEqual(new Set(['lt', 'eq', 'gt']))
      expect(refuted).toEqual([])
    },
    300_000,
  )
})

const part = fc.stringMatching(/^[0-9][0-9a-zA-Z.+~]{0,7}$/)
const revision = fc.stringMatching(/^[0-9a-zA-Z.+~]{1,5}$/)
const version = fc
  .record({
    epoch: fc.option(fc.nat({ max: 3 })),
    upstream: part,
    middle: fc.option(part),
    revision: fc.option(revision),
  })
  .map(({ epoch, upstream, middle, revision: last }) =>
    [
      epoch === null ? '' : `${epoch}:`,
      upstream,
      middle === null || last === null ? '' : `-${middle}`,
      last === null ? '' : `-${last}`,
    ].join(''),
  )

/** Versions that have nothing in common are told apart at once: most pairs differ in one place only. */
const versionPair = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(version, version) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(version, fc.nat(), fc.constantFrom('0', '00', '9', '10', 'a', 'Z', '~', '+', '.', '~~', ''))
      .map(([text, at, inserted]): [string, string] => {
        // Behind the first digit of the upstream version, so that the result is a version again.
        const first = text.indexOf(':') + 2
        const place = first + (at % (text.length - first + 1))
        return [text, text.slice(0, place) + inserted + text.slice(place)]
      }),
  },
)

function relation(order: number): 'lt' | 'eq' | 'gt' {
  return order === 0 ? 'eq' : order < 0 ? 'lt' : 'gt'
}

const CHECK = 'for claim; do dpkg --compare-versions $claim || echo "$claim"; done'

/** One process answers one pair, so a shell asks for many of them in a row. */
async function refutedByDpkg(claims: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-f', '-c', CHECK, 'sh', ...claims])
  return stdout.split('\n').filter((line) => line !== '')
}

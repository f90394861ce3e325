import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePackageVersions } from '../../../shared/packages/version-order.ts'

/** dpkg's own order as a library: a process for each of 10,000 questions takes 40 s. */
const hasDpkgPerl = spawnSync('perl', ['-MDpkg::Version', '-e', '1']).status === 0
const REFUTED = String.raw`
  chomp; ($a, $said, $b) = split / /;
  $order = Dpkg::Version->new($a) <=> Dpkg::Version->new($b);
  print "$_\n" if $order != $said`

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

  it.skipIf(!hasDpkgPerl)('is that of dpkg for 10,000 generated pairs', () => {
    const pairs = fc.sample(versionPair, { numRuns: 10_000, seed: 20_261_122 })
    const claims = pairs.map(([a, b]) => `${a} ${Math.sign(comparePackageVersions(a, b))} ${b}`)

    expect(new Set(claims.map((claim) => claim.split(' ')[1]))).toEqual(new Set(['-1', '0', '1']))
    expect(refutedByDpkg(claims)).toEqual([])
  })

  it.skipIf(!hasDpkgPerl)('would be seen to be another one', () => {
    expect(refutedByDpkg(['1.0 -1 1.0~rc1', '1.0 1 1.0~rc1'])).toEqual(['1.0 -1 1.0~rc1'])
  })
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

/** Claims of the form "OLDER -1 NEWER" that are wrong. */
function refutedByDpkg(claims: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync('perl', ['-MDpkg::Version', '-ne', REFUTED], {
    input: `${claims.join('\n')}\n`,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.split('\n').filter((line) => line !== '')
}

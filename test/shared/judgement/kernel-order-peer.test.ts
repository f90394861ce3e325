// Beside the tool whose order it is: Debian's linux-version(1) sorts with this module of its package linux-base.
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareReleases } from '../../../shared/judgement/kernel-order.ts'

const PAIRS = 10_000
const THEIR_ORDER = ['-MDebianLinux=version_cmp', '-lane', 'print version_cmp($F[0], $F[1])']

const hasPeer = spawnSync('perl', ['-MDebianLinux', '-e', '0']).status === 0
if (!hasPeer) console.warn('linux-version is missing (Debian package linux-base): the order is not laid beside it')

const number = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 2_000_000 })).map(String)
const dotted = (parts: number) => fc.array(number, { minLength: 1, maxLength: parts }).map((all) => all.join('.'))
const candidate = fc.oneof(
  number.map((n) => `-rc${n}`),
  fc.constant('-rc'),
  fc.constant('-trunk'),
)
const local = dotted(2).map((version) => `+deb${version}`)
const abi = fc
  .oneof(
    dotted(2),
    dotted(3).map((version) => `0.deb${version}`),
    number.map((n) => `0${n}`),
  )
  .map((a) => `-${a}`)
const FLAVOURS = [
  'amd64',
  'cloud-amd64',
  'rt-amd64',
  '686-pae',
  'generic',
  'aws',
  'rpi-v8',
  'pve',
  'lts',
  'arch1-1',
  'v8+',
]
const flavour = fc.constantFrom(...FLAVOURS).map((name) => `-${name}`)
const optional = (part: fc.Arbitrary<string>) => fc.option(part, { nil: '' })

/** Releases as kernels have them. Not those of Ubuntu's mainline builds (061000rc3), which are ordered better here. */
const release = fc
  .tuple(dotted(3), optional(local), optional(candidate), optional(abi), optional(flavour))
  .map((parts) => parts.join(''))
/** Most differ in one part alone, as those of one host do. */
const changed = (text: string) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom('', '0', '1', '-', '.', '+', '-rc1', '-trunk', 'a'))
    .map(([at, put]) => `${text.slice(0, at + 1)}${put}${text.slice(at + 2)}`)
const pair = fc.oneof(
  fc.tuple(release, release),
  release.chain((text) => fc.tuple(fc.constant(text), changed(text))),
)

describe.skipIf(!hasPeer)('the order of kernel releases', () => {
  it(`is that of linux-version for ${PAIRS} pairs`, () => {
    const pairs = fc
      .sample(pair, { numRuns: 2 * PAIRS, seed: 6_012 })
      .filter((texts) => !texts.some(isMainline))
      .slice(0, PAIRS)
    const input = pairs.map((texts) => texts.join(' ')).join('\n')
    const { stdout, status } = spawnSync('perl', THEIR_ORDER, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    const theirs = stdout.trim().split('\n').map(Number)

    expect(status).toBe(0)
    expect(theirs).toHaveLength(PAIRS)
    const differing = pairs.filter(([a, b], at) => Math.sign(compareReleases(a, b)) !== Math.sign(theirs[at] ?? NaN))
    expect(differing).toEqual([])
    expect(new Set(theirs)).toEqual(new Set([-1, 0, 1]))
  })
})

/** A candidate's mark that does not stand behind a hyphen. */
function isMainline(text: string): boolean {
  return /(?<!-)(?:rc|trunk)/.test(text)
}

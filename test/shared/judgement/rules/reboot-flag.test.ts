import { describe, expect, it } from 'vitest'
import { isNotApplicable, rebootFlag } from '../../../../shared/judgement/rules/reboot-flag.ts'
import { absent, failing, flag, MINUTE, NO_FLAG, NOW, observed } from '../subjects.ts'
import type { Observation } from '../../../../shared/judgement/subject.ts'
import type { SentinelSection } from '../../../../shared/sections/sentinel.ts'

function signalsOf(sentinel: Observation<SentinelSection> | undefined, ownKernel = true) {
  const sections = sentinel === undefined ? {} : { sentinel }
  return rebootFlag({ sections, at: NOW, ownKernel }).map((finding) => finding.signal)
}

describe('the reboot flag', () => {
  it('set with packages asks for a restart in their names', () => {
    expect(signalsOf(observed(flag({ packages: ['libc6', 'libssl3'] }), NOW - MINUTE))).toEqual([
      {
        name: 'reboot-flag',
        value: '*** System restart required *** (libc6, libssl3)',
        source: '/run/reboot-required',
        readAt: NOW - MINUTE,
        role: 'decides',
        says: 'required',
        why: 'Packages asked for a restart.',
        packages: ['libc6', 'libssl3'],
      },
    ])
  })

  it.each([
    ['without a .pkgs', flag({ packages: [] }), [], 'The flag is set. It names no package.'],
    [
      'with a .pkgs that could not be read',
      flag({ packages: null, packagesProblem: 'EACCES' }),
      null,
      'The flag is set. Its packages could not be read: EACCES.',
    ],
    ['without any text', flag({ text: null, packages: [] }), [], 'The flag is set. It names no package.'],
  ])('%s still asks for a restart', (_, value, packages, why) => {
    expect(signalsOf(observed(value))).toMatchObject([{ says: 'required', role: 'decides', packages, why }])
  })

  it('not set says that no restart is required', () => {
    expect(signalsOf(observed(NO_FLAG))).toMatchObject([{ value: 'no flag', says: 'not-required', role: 'decides' }])
  })

  it('left over from an earlier boot is shown, not counted', () => {
    expect(signalsOf(observed(flag({ stale: true })))).toMatchObject([{ says: 'not-required', role: 'informs' }])
  })

  it('that could not be read cannot tell, and says why', () => {
    expect(signalsOf(failing<SentinelSection>(null, NOW, 'read /run: EIO'))).toMatchObject([
      { says: 'unknown', role: 'decides', why: 'Could not be read: read /run: EIO.' },
    ])
  })

  it('that fails now is believed a little longer, and says that it was not read again', () => {
    const findings = rebootFlag({
      sections: { sentinel: failing(flag(), NOW - MINUTE) },
      at: NOW,
      ownKernel: true,
    })

    expect(findings).toMatchObject([
      {
        until: NOW + 4 * MINUTE,
        signal: { says: 'required', why: 'Packages asked for a restart. Not read again: EACCES.' },
      },
    ])
  })

  it('never reported cannot tell', () => {
    expect(signalsOf(undefined)).toMatchObject([{ says: 'unknown', role: 'decides', readAt: null }])
  })

  it('absent is no signal', () => {
    expect(signalsOf(absent('no /run'))).toEqual([])
  })

  it('lists twenty names in its raw value and counts the rest', () => {
    const packages = Array.from({ length: 23 }, (_, index) => `package-${index}`)

    const [signal] = signalsOf(observed(flag({ packages })))

    expect(signal?.value).toContain('package-19 and 3 more)')
    expect(signal?.value).not.toContain('package-20')
    expect(signal?.packages).toHaveLength(23)
  })
})

describe('the reboot flag of a host that runs a kernel not its own', () => {
  it.each([
    [['linux-image-6.8.0-151-generic', 'linux-base'], true],
    [['linux-base', 'intel-microcode'], true],
    [['linux-base', 'libc6'], false],
    [[], false],
    [null, false],
  ])('naming %j is not applicable: %s', (packages, expected) => {
    const signals = signalsOf(observed(flag({ packages })), false)

    expect(isNotApplicable(signals)).toBe(expected)
    expect(signals[0]?.says).toBe(expected ? 'not-required' : 'required')
  })

  it('drops the names of kernels from a mixed list', () => {
    const packages = ['linux-image-6.8.0-151-generic', 'libc6', 'intel-microcode']

    expect(signalsOf(observed(flag({ packages })), false)[0]?.packages).toEqual(['libc6'])
  })

  it('is never not applicable where the kernel is its own', () => {
    expect(isNotApplicable(signalsOf(observed(flag({ packages: ['linux-base'] })), true))).toBe(false)
  })
})

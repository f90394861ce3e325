import { describe, expect, it } from 'vitest'
import { newerKernel } from '../../../../shared/judgement/rules/newer-kernel.ts'
import type { Observation } from '../../../../shared/judgement/subject.ts'
import type { KernelSection } from '../../../../shared/sections/kernel.ts'
import { absent, failing, kernels, NOW, observed } from '../subjects.ts'

function signalsOf(kernel: Observation<KernelSection> | undefined, ownKernel = true) {
  const sections = kernel === undefined ? {} : { kernel }
  return newerKernel({ sections, at: NOW, ownKernel }).map((finding) => finding.signal)
}

describe('the kernel that starts next', () => {
  it('newer than the running one asks for a restart', () => {
    expect(signalsOf(observed(kernels('6.1.0-9-amd64', ['6.1.0-9-amd64', '6.1.0-10-amd64'])))).toEqual([
      {
        name: 'newer-kernel',
        value: 'running 6.1.0-9-amd64, next boot 6.1.0-10-amd64',
        source: '/boot',
        readAt: NOW,
        role: 'decides',
        says: 'required',
        why: 'The next boot starts a newer kernel than the one running.',
        packages: ['linux-image-6.1.0-10-amd64'],
      },
    ])
  })

  // Running, installed, boot default, does it ask?
  it.each([
    ['the only one', '6.1.0-10-amd64', ['6.1.0-10-amd64'], null, 'not-required'],
    ['-100 after -31', '6.8.0-31-generic', ['6.8.0-31-generic', '6.8.0-100-generic'], null, 'required'],
    ['-31 is not after -100', '6.8.0-100-generic', ['6.8.0-31-generic', '6.8.0-100-generic'], null, 'not-required'],
    ['.96 is not after .100', '4.19.100', ['4.19.96', '4.19.100'], null, 'not-required'],
    ['running newer than installed', '6.8.0-100-generic', ['6.8.0-31-generic'], null, 'not-required'],
    [
      'a candidate is not after the release',
      '6.12.0-amd64',
      ['6.12.0-amd64', '6.12.0-rc3-amd64'],
      null,
      'not-required',
    ],
    ['the release is after its candidate', '6.12.0-rc3-amd64', ['6.12.0-amd64'], null, 'required'],
    ['deb13.1 after deb13', '6.12.90+deb13-amd64', ['6.12.90+deb13.1-amd64'], null, 'required'],
    ['another flavour', '6.6.51+rpt-rpi-v8', ['6.6.51+rpt-rpi-v8', '6.6.62+rpt-rpi-2712'], null, 'not-required'],
    [
      'another flavour that the boot loader points at',
      '6.1.0-9-amd64',
      ['6.1.0-9-amd64', '6.1.0-10-rt-amd64'],
      '6.1.0-10-rt-amd64',
      'required',
    ],
    [
      'another flavour of the same version',
      '6.1.0-9-amd64',
      ['6.1.0-9-amd64', '6.1.0-9-rt-amd64'],
      '6.1.0-9-rt-amd64',
      'not-required',
    ],
    ['the running one is gone', '6.1.0-9-amd64', ['6.1.0-10-amd64'], null, 'required'],
    [
      'the boot loader stays at the running one',
      '6.1.0-9-amd64',
      ['6.1.0-9-amd64', '6.1.0-10-amd64'],
      '6.1.0-9-amd64',
      'not-required',
    ],
    [
      'a link to something not installed is no default',
      '6.1.0-9-amd64',
      ['6.1.0-9-amd64', '6.1.0-10-amd64'],
      '6.1.0-9-gone',
      'required',
    ],
    ['nothing of the running flavour', '6.9.7-custom', ['6.1.0-10-amd64'], null, 'not-required'],
    ['nothing installed', '6.9.7', [], null, 'not-required'],
    ['a name without a version', 'virtual', ['6.1.0-10-amd64'], null, 'not-required'],
  ])('%s', (_, running, installed, bootDefault, says) => {
    const signals = signalsOf(observed(kernels(running, installed, { bootDefault })))

    expect(signals.some((signal) => signal.says === 'required')).toBe(says === 'required')
    expect(signals.every((signal) => signal.says !== 'unknown')).toBe(true)
  })

  it('of an unowned image is named by its release', () => {
    const kernel = kernels('6.9.1', ['6.9.1'])
    kernel.installed.push({ release: '6.9.7', package: null, packageVersion: null })

    expect(signalsOf(observed(kernel))).toMatchObject([{ packages: ['kernel 6.9.7'] }])
  })

  it('older than the running one is a note', () => {
    expect(signalsOf(observed(kernels('6.8.0-100-generic', ['6.8.0-31-generic'])))).toMatchObject([
      { role: 'informs', says: 'not-required', why: expect.stringContaining('a note, no reason to restart') as string },
    ])
  })
})

describe('a newer kernel that does not start by itself', () => {
  it.each([
    ['of another flavour', null, '6.6.62+rpt-rpi-2712', 'of another flavour'],
    ['that the boot loader does not point at', '6.6.51+rpt-rpi-v8', '6.6.70+rpt-rpi-v8', 'points at another one'],
  ])('%s is a hint', (_, bootDefault, other, why) => {
    const kernel = kernels('6.6.51+rpt-rpi-v8', ['6.6.51+rpt-rpi-v8', other], { bootDefault })

    expect(signalsOf(observed(kernel))).toMatchObject([
      { name: 'newer-kernel', role: 'decides', says: 'not-required' },
      {
        name: 'other-kernel',
        role: 'informs',
        says: 'not-required',
        value: other,
        why: expect.stringContaining(why) as string,
      },
    ])
  })

  it('is not told beside a newer one that does start', () => {
    const kernel = kernels('6.1.0-9-amd64', ['6.1.0-10-rt-amd64', '6.1.0-11-amd64'])

    expect(signalsOf(observed(kernel)).map((signal) => signal.name)).toEqual(['newer-kernel'])
  })
})

describe('installed kernels', () => {
  it('that could not be read cannot tell', () => {
    expect(signalsOf(failing<KernelSection>(null, NOW))).toMatchObject([{ says: 'unknown', role: 'decides' }])
    expect(signalsOf(undefined)).toMatchObject([{ says: 'unknown', role: 'decides' }])
  })

  it('on a host without /boot are no signal', () => {
    expect(signalsOf(absent('no /boot'))).toEqual([])
  })

  it.each([observed(kernels('6.1.0-9-amd64', ['6.1.0-10-amd64'])), failing<KernelSection>(null, NOW), undefined])(
    'of a host that runs a kernel not its own are no signal',
    (kernel) => {
      expect(signalsOf(kernel, false)).toEqual([])
    },
  )
})

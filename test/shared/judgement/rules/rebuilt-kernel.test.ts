import { describe, expect, it } from 'vitest'
import { rebuiltKernel } from '../../../../shared/judgement/rules/rebuilt-kernel.ts'
import { absent, failing, kernels, NOW, observed } from '../subjects.ts'
import type { KernelSection } from '../../../../shared/sections/kernel.ts'
import type { Observation } from '../../../../shared/judgement/subject.ts'

const RELEASE = '6.1.0-56-amd64'

function builds(running: string | null, installed: string | null): KernelSection {
  return kernels(RELEASE, [], {
    running: { release: RELEASE, packageVersion: running },
    installed: [{ release: RELEASE, package: `linux-image-${RELEASE}`, packageVersion: installed }],
  })
}

function signalsOf(kernel: Observation<KernelSection>, ownKernel = true) {
  return rebuiltKernel({ sections: { kernel }, at: NOW, ownKernel }).map((finding) => finding.signal)
}

describe('the running kernel', () => {
  it.each([
    ['6.1.192-1', '6.1.192-2'],
    ['6.1.99-1', '6.1.100-1'],
    ['6.5.0-45.45~22.04.1', '6.5.0-45.45'],
  ])('built as %s asks for a restart when %s is installed', (running, installed) => {
    expect(signalsOf(observed(builds(running, installed)))).toMatchObject([
      {
        role: 'decides',
        says: 'required',
        value: `running ${running}, installed ${installed}`,
        packages: [`linux-image-${RELEASE}`],
      },
    ])
  })

  it.each([
    ['6.1.192-2', '6.1.192-2'],
    ['6.1.192-2', '6.1.192-1'],
    ['6.1.100-1', '6.1.99-1'],
  ])('built as %s does not when %s is installed', (running, installed) => {
    expect(signalsOf(observed(builds(running, installed)))).toMatchObject([{ says: 'not-required', role: 'decides' }])
  })

  it('whose build is not known is a hint that cannot tell, never a need', () => {
    expect(signalsOf(observed(builds(null, '6.1.192-2')))).toMatchObject([{ says: 'unknown', role: 'informs' }])
  })

  it.each([
    ['nobody knows which build is installed', observed(builds('6.1.192-1', null))],
    ['another release is installed', observed(kernels(RELEASE, ['6.1.0-57-amd64']))],
    ['there is no /boot', absent()],
    ['the section failed, which another rule says', failing<KernelSection>(null, NOW)],
  ])('is not spoken of where %s', (_, kernel) => {
    expect(signalsOf(kernel)).toEqual([])
  })

  it('of a container is not its own', () => {
    expect(signalsOf(observed(builds('6.1.192-1', '6.1.192-2')), false)).toEqual([])
  })
})

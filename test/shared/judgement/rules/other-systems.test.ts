// The rules about systems that leave something else than Debian's flag: each with its neighbour across the border.
import { describe, expect, it } from 'vitest'
import { corePackages } from '../../../../shared/judgement/rules/core-packages.ts'
import type { Rule } from '../../../../shared/judgement/rules/finding.ts'
import { isCoveredByLivepatch, livepatch } from '../../../../shared/judgement/rules/livepatch.ts'
import { missingModules } from '../../../../shared/judgement/rules/missing-modules.ts'
import { nextImage } from '../../../../shared/judgement/rules/next-image.ts'
import { rebootMarks } from '../../../../shared/judgement/rules/reboot-mark.ts'
import type { ObservedSections } from '../../../../shared/judgement/subject.ts'
import type { KernelSection } from '../../../../shared/sections/kernel.ts'
import type { RebootMark, SentinelSection } from '../../../../shared/sections/sentinel.ts'
import { absent, failing, flag, kernels, MINUTE, NO_FLAG, NOW, observed } from '../subjects.ts'

const RULES: Readonly<Record<string, Rule>> = { corePackages, livepatch, missingModules, nextImage, rebootMarks }
const RELEASE = '6.12.13-0-lts'

const sentinel = (change: Partial<SentinelSection>): ObservedSections => ({
  sentinel: observed({ ...NO_FLAG, ...change }),
})
const kernel = (change: Partial<KernelSection>): ObservedSections => ({
  kernel: observed(kernels(RELEASE, [], change)),
})

function findings(rule: Rule, sections: ObservedSections, ownKernel = true) {
  return rule({ sections, at: NOW, ownKernel })
}

describe.each(Object.entries(RULES))('the rule %s', (_, rule) => {
  it('says nothing of a host that has none of it, or of sections that cannot be used', () => {
    const sections: ObservedSections[] = [
      {},
      { sentinel: absent(), kernel: absent() },
      { sentinel: failing(flag(), NOW - 10 * MINUTE), kernel: failing(kernels(RELEASE, []), NOW - 10 * MINUTE) },
      { sentinel: observed(flag()), kernel: observed(kernels(RELEASE, [RELEASE])) },
    ]

    for (const one of sections) expect(findings(rule, one)).toEqual([])
  })
})

describe('a mark', () => {
  const mark = (kind: RebootMark['kind'], text: string | null = null) => ({ kind, source: `/run/${kind}`, text })

  it.each([
    ['suse', 'reboot', false],
    ['suse', 'soft-reboot', false],
    ['suse', 'kexec', true],
    ['suse', null, false],
    ['suse', 'something new', false],
    ['amazon', 'kexec', false],
    ['update-engine', null, false],
  ] as const)('of %s that says %s asks for a restart, for the kernel alone: %s', (kind, text, kernelOnly) => {
    expect(findings(rebootMarks, sentinel({ marks: [mark(kind, text)] }))).toMatchObject([
      { kernelOnly, signal: { source: `/run/${kind}`, role: 'decides', says: 'required' } },
    ])
  })

  it('for the kernel alone does not count where the kernel is somebody else’s', () => {
    const marks = [mark('suse', 'kexec'), mark('amazon')]

    expect(findings(rebootMarks, sentinel({ marks }), false)).toMatchObject([
      { signal: { role: 'informs', says: 'not-required' } },
      { signal: { role: 'decides', says: 'required' } },
    ])
  })
})

describe('core packages', () => {
  const core = (packages: string[] | null, problem: string | null = null) => sentinel({ core: { packages, problem } })

  it('installed since the boot ask for a restart and are named', () => {
    expect(findings(corePackages, core(['glibc', 'kernel-core']))).toMatchObject([
      { kernelOnly: false, signal: { role: 'decides', says: 'required', packages: ['glibc', 'kernel-core'] } },
    ])
    expect(findings(corePackages, core(['kernel-core', 'microcode_ctl']))).toMatchObject([{ kernelOnly: true }])
  })

  it('are fewer in a container: its kernel is the machine’s', () => {
    expect(findings(corePackages, core(['glibc', 'kernel-core']), false)).toMatchObject([
      { signal: { says: 'required', packages: ['glibc'] } },
    ])
    expect(findings(corePackages, core(['kernel-core', 'linux-firmware']), false)).toMatchObject([
      { signal: { says: 'not-required' } },
    ])
  })

  it('decide against one where there are none, and leave it open where they are not known', () => {
    expect(findings(corePackages, core([]))).toMatchObject([{ signal: { role: 'decides', says: 'not-required' } }])
    expect(findings(corePackages, core(null, 'there is no rpm'))).toMatchObject([
      {
        signal: { role: 'decides', says: 'unknown', packages: null, why: expect.stringContaining('no rpm') as string },
      },
    ])
  })
})

describe('the image of the next boot', () => {
  it.each([
    [{ next: '42.1', problem: null }, 'decides', 'required'],
    [{ next: '42.1', problem: 'rpm-ostree failed' }, 'decides', 'required'],
    [{ next: null, problem: null }, 'decides', 'not-required'],
    [{ next: null, problem: 'rpm-ostree failed' }, 'informs', 'unknown'],
  ])('%j: %s, %s', (image, role, says) => {
    expect(findings(nextImage, sentinel({ image }))).toMatchObject([{ kernelOnly: false, signal: { role, says } }])
  })
})

describe('modules of the running kernel', () => {
  it('ask for a restart where they are gone', () => {
    expect(findings(missingModules, kernel({ modules: 'missing' }))).toMatchObject([
      { kernelOnly: true, signal: { role: 'decides', says: 'required', packages: [`kernel ${RELEASE}`] } },
    ])
    expect(findings(missingModules, kernel({ modules: 'present' }))).toMatchObject([
      { signal: { says: 'not-required' } },
    ])
  })

  it('are nothing of a container’s', () => {
    expect(findings(missingModules, kernel({ modules: 'missing' }), false)).toEqual([])
  })
})

describe('Livepatch', () => {
  it.each([
    [true, null, 'not-required'],
    [false, 'its client recommends a restart', 'not-required'],
    [null, 'there is no livepatch-status', 'unknown'],
  ] as const)('covers: %s. It asks for nothing itself', (covers, why, says) => {
    const sections = kernel({ livepatch: { patches: ['lkp_1'], covers, why } })

    expect(findings(livepatch, sections)).toMatchObject([{ signal: { value: 'lkp_1', role: 'informs', says } }])
    expect(isCoveredByLivepatch(sections, NOW)).toBe(covers === true)
  })

  it('covers nothing where the kernels cannot be looked at any more', () => {
    const covered = kernels(RELEASE, [], { livepatch: { patches: ['lkp_1'], covers: true, why: null } })

    expect(isCoveredByLivepatch({ kernel: failing(covered, NOW - MINUTE) }, NOW)).toBe(true)
    expect(isCoveredByLivepatch({ kernel: failing(covered, NOW - 10 * MINUTE) }, NOW)).toBe(false)
    expect(isCoveredByLivepatch({}, NOW)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { judge } from '../../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { ObservedSections } from '../../../shared/judgement/subject.ts'
import type { State } from '../../../shared/judgement/verdict.ts'
import type { KernelSection } from '../../../shared/sections/kernel.ts'
import type { SentinelSection } from '../../../shared/sections/sentinel.ts'
import {
  absent,
  BOOT_A,
  contact,
  DAY,
  failing,
  flag,
  HOUR,
  hostOf,
  kernels,
  MINUTE,
  NOW,
  observed,
  subject,
} from './subjects.ts'

const NEWER_KERNEL = kernels('6.1.0-9-amd64', ['6.1.0-10-amd64'])
const KERNEL_FLAG = flag({ packages: ['linux-image-6.1.0-10-amd64'] })
const neverRead = failing<SentinelSection>(null, NOW - HOUR)
const neverReadKernel = failing<KernelSection>(null, NOW - HOUR)

const stateOf = (...args: Parameters<typeof subject>) => judge(subject(...args), DEFAULT_POLICY, NOW).state

describe('the state', () => {
  it.each<[title: string, sections: ObservedSections, expected: State]>([
    ['ok without a flag and on the newest kernel', {}, 'ok'],
    ['restart-required with a flag', { sentinel: observed(flag()) }, 'restart-required'],
    ['restart-required with a newer kernel alone', { kernel: observed(NEWER_KERNEL) }, 'restart-required'],
    [
      'restart-required with a flag, whatever failed',
      { sentinel: observed(flag()), kernel: neverReadKernel },
      'restart-required',
    ],
    [
      'restart-required with a newer kernel, whatever failed',
      { sentinel: neverRead, kernel: observed(NEWER_KERNEL) },
      'restart-required',
    ],
    ['unknown when the flag could not be read', { sentinel: neverRead }, 'unknown'],
    ['unknown when the kernels could not be read', { kernel: neverReadKernel }, 'unknown'],
    [
      'ok when host and boot could not be read',
      { host: failing(hostOf('vm'), NOW - HOUR), boot: failing({ ...BOOT_A, bootedAt: null }, NOW - HOUR) },
      'ok',
    ],
    ['ok without /boot', { kernel: absent() }, 'ok'],
    ['ok with a flag left over from an earlier boot', { sentinel: observed(flag({ stale: true })) }, 'ok'],
    [
      'ok with a newer kernel of another flavour',
      { kernel: observed(kernels('6.1.0-9-amd64', ['6.1.0-9-amd64', '6.1.0-10-rt-amd64'])) },
      'ok',
    ],
  ])('is %s', (_, sections, expected) => {
    expect(stateOf(sections)).toBe(expected)
  })

  it('is unknown for a server that has reported nothing yet', () => {
    const { state, reporting, lastKnown, signals } = judge(
      { application: null, sections: {}, since: null, contact: contact(null) },
      DEFAULT_POLICY,
      NOW,
    )

    expect({ state, reporting, lastKnown }).toEqual({ state: 'unknown', reporting: 'never', lastKnown: null })
    expect(signals.map((signal) => signal.says)).toEqual(['unknown', 'unknown'])
  })

  it.each(['container', 'wsl'] as const)('of a %s leaves the kernel to the machine around it', (kind) => {
    const host = observed(hostOf(kind))

    expect(stateOf({ host, kernel: observed(NEWER_KERNEL), sentinel: observed(KERNEL_FLAG) })).toBe('ok')
    expect(stateOf({ host, kernel: neverReadKernel })).toBe('ok')
    expect(stateOf({ host, sentinel: observed(flag()) })).toBe('restart-required')
  })

  it.each(['none', 'vm', 'unknown'] as const)('of a host of kind %s counts its kernel', (kind) => {
    expect(stateOf({ host: observed(hostOf(kind)), kernel: observed(NEWER_KERNEL) })).toBe('restart-required')
  })

  it('of a container stays so while its host section fails', () => {
    const host = failing(hostOf('container'), NOW - DAY)

    expect(stateOf({ host, kernel: observed(NEWER_KERNEL) })).toBe('ok')
  })

  it.each([
    ['the kernel alone asks', { sentinel: observed(KERNEL_FLAG), kernel: observed(NEWER_KERNEL) }, 'deferrable'],
    ['anything else asks too', { sentinel: observed(flag()), kernel: observed(NEWER_KERNEL) }, 'restart-required'],
    ['the flag names nobody', { sentinel: observed(flag({ packages: [] })) }, 'restart-required'],
    ['nothing asks', {}, 'ok'],
  ] as const)('under Livepatch, when %s, is %s', (_, sections, expected) => {
    expect(stateOf(sections, { livepatchCovers: true })).toBe(expected)
  })
})

describe('the evidence', () => {
  it('marks the signals the state rests on, and no other', () => {
    const verdict = judge(subject({ sentinel: observed(flag()) }), DEFAULT_POLICY, NOW)

    expect(verdict.signals.map(({ name, role }) => [name, role])).toEqual([
      ['reboot-flag', 'decides'],
      ['newer-kernel', 'informs'],
    ])
  })

  it.each([
    [
      'names every package once',
      { sentinel: observed(KERNEL_FLAG), kernel: observed(NEWER_KERNEL) },
      ['linux-image-6.1.0-10-amd64'],
    ],
    ['has [] where no package is named', { sentinel: observed(flag({ packages: [] })) }, []],
    ['has null where the names could not be read', { sentinel: observed(flag({ packages: null })) }, null],
    [
      'keeps known names beside those that could not be read',
      { sentinel: observed(flag({ packages: null })), kernel: observed(NEWER_KERNEL) },
      ['linux-image-6.1.0-10-amd64'],
    ],
    ['has [] where nothing asks', {}, []],
    ['has null where nobody can tell', { sentinel: neverRead }, null],
  ] as const)('%s', (_, sections, packages) => {
    expect(judge(subject(sections), DEFAULT_POLICY, NOW).packages).toEqual(packages)
  })
})

describe('a failing section', () => {
  const failedSince = NOW - 4 * MINUTE
  const required = subject({ sentinel: failing(flag(), failedSince) })

  it('keeps its last value for five minutes and then counts as failed', () => {
    const verdict = judge(required, DEFAULT_POLICY, NOW)
    const later = judge({ ...required, contact: contact(NOW + MINUTE) }, DEFAULT_POLICY, NOW + MINUTE)

    expect(verdict.state).toBe('restart-required')
    expect(verdict.nextJudgementAt).toBe(failedSince + 5 * MINUTE)
    expect(later.state).toBe('unknown')
  })

  it('does not fail any further while its server is not heard', () => {
    const unheard = { ...required, contact: contact(NOW) }

    expect(judge(unheard, DEFAULT_POLICY, NOW + 5 * MINUTE)).toMatchObject({
      reporting: 'late',
      state: 'restart-required',
    })
    expect(judge(unheard, DEFAULT_POLICY, NOW + DAY)).toMatchObject({ reporting: 'silent', state: 'restart-required' })
  })
})

describe('a silent server', () => {
  const lastAt = NOW - HOUR

  it.each([
    ['ok', {}, false, 'unknown'],
    ['deferrable', { sentinel: observed(KERNEL_FLAG) }, true, 'unknown'],
    ['unknown', { sentinel: neverRead }, false, 'unknown'],
    ['restart-required', { sentinel: observed(flag()) }, false, 'restart-required'],
  ] as const)('last known as %s is shown so, and its state is %s', (known, sections, livepatchCovers, state) => {
    const verdict = judge(subject(sections, { contact: contact(lastAt), livepatchCovers }), DEFAULT_POLICY, NOW)

    expect(verdict).toMatchObject({ state, reporting: 'silent', lastKnown: { state: known, at: lastAt } })
    expect(verdict).toMatchObject({ promoted: true, reasons: ['silent'] })
  })

  it('that is only late keeps its state', () => {
    const verdict = judge(subject({}, { contact: contact(NOW - 5 * MINUTE) }), DEFAULT_POLICY, NOW)

    expect(verdict).toMatchObject({ state: 'ok', reporting: 'late', lastKnown: null, promoted: false })
  })
})

describe('promotion', () => {
  const since = { at: NOW - 20 * DAY, quality: 'exact' as const }
  const required = { sentinel: observed(flag()) }

  it.each([
    ['exposed', since, ['exposed', 'stale'], since.at + 14 * DAY],
    ['filtered', since, [], since.at + 30 * DAY],
    ['unknown', since, [], since.at + 30 * DAY],
    ['exposed', { at: NOW, quality: 'exact' }, ['exposed'], NOW + 14 * DAY],
    ['filtered', { at: NOW - 30 * DAY, quality: 'exact' }, ['stale'], NOW],
    ['filtered', null, [], null],
  ] as const)('of a server that is %s, since %j, has reasons %j', (exposure, from, reasons, staleAt) => {
    const verdict = judge(subject(required, { exposure, since: from }), DEFAULT_POLICY, NOW)

    expect(verdict).toMatchObject({ reasons, staleAt, promoted: reasons.length > 0 })
  })

  it('counts unknown exposure where policy of the application says so', () => {
    const policy = { ...DEFAULT_POLICY, applications: { shop: { unknownExposureCounts: true } } }
    const reasonsOf = (application: string | null) =>
      judge(subject(required, { application, since }), policy, NOW).reasons

    expect(reasonsOf('shop')).toEqual(['exposed', 'stale'])
    expect(reasonsOf('other')).toEqual([])
    expect(reasonsOf('toString')).toEqual([])
    expect(reasonsOf(null)).toEqual([])
  })

  it('needs a need: no since, no deadline without one', () => {
    expect(judge(subject({}, { exposure: 'exposed', since }), DEFAULT_POLICY, NOW)).toMatchObject({
      promoted: false,
      since: null,
      sinceQuality: null,
      staleAt: null,
    })
  })
})

describe('the baseline', () => {
  it('holds what is known for sure, with the boot it belongs to', () => {
    const { baseline } = judge(subject({ sentinel: observed(flag()) }, { exposure: 'filtered' }), DEFAULT_POLICY, NOW)

    expect(baseline).toEqual({ need: 'restart-required', boot: BOOT_A, stale: false, exposure: 'filtered' })
  })

  it('is carried while the evidence cannot be read', () => {
    const before = { need: 'restart-required', boot: BOOT_A, stale: true, exposure: 'exposed' } as const

    expect(judge(subject({ sentinel: neverRead }, { baseline: before }), DEFAULT_POLICY, NOW).baseline).toEqual(before)
  })

  it('is null until anything was known', () => {
    expect(judge(subject({ sentinel: neverRead }), DEFAULT_POLICY, NOW).baseline).toBeNull()
  })
})

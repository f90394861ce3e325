import { describe, expect, it } from 'vitest'
import { headline } from '../../../shared/judgement/headline.ts'
import { judge } from '../../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { ObservedSections, Subject } from '../../../shared/judgement/subject.ts'
import type { KernelSection } from '../../../shared/sections/kernel.ts'
import type { SentinelSection } from '../../../shared/sections/sentinel.ts'
import type { OpenPort } from '../../../shared/sections/summaries.ts'
import { contact, DAY, failing, flag, HOUR, kernels, MINUTE, NOW, observed, SECOND, subject } from './subjects.ts'

const NEED = { sentinel: observed(flag({ packages: ['linux-image-6.8.0-79', 'libssl3'] })) }
const since = (ago: number, quality: 'exact' | 'upper-bound' = 'exact') => ({ since: { at: NOW - ago, quality } })
const lastHeard = (ago: number) => ({ contact: contact(NOW - ago) })

function sentence(sections: ObservedSections, change: Partial<Subject> = {}, policy = DEFAULT_POLICY): string {
  return headline(judge(subject(sections, change), policy, NOW), NOW)
}

describe('the headline of a needed restart', () => {
  it('says for how long and which packages ask', () => {
    expect(sentence(NEED, since(9 * DAY + 4 * HOUR))).toBe(
      'Restart required for 9 d 4 h (linux-image-6.8.0-79, libssl3).',
    )
  })

  it.each([
    [
      'does not claim a beginning nobody saw',
      NEED,
      since(12 * SECOND, 'upper-bound'),
      'Restart required for at least 12 s (linux-image-6.8.0-79, libssl3).',
    ],
    ['leaves out what nobody knows', NEED, {}, 'Restart required (linux-image-6.8.0-79, libssl3).'],
    [
      'says that no package is named',
      { sentinel: observed(flag({ packages: [] })) },
      since(HOUR),
      'Restart required for 1 h (no package is named).',
    ],
    [
      'says that the names could not be read',
      { sentinel: observed(flag({ packages: null })) },
      since(HOUR),
      'Restart required for 1 h (the names of its packages could not be read).',
    ],
    [
      'says that some names could not be read',
      { sentinel: observed(flag({ packages: null })), kernel: observed(kernels('6.1.0-9-amd64', ['6.1.0-10-amd64'])) },
      since(HOUR),
      'Restart required for 1 h (linux-image-6.1.0-10-amd64 and names that could not be read).',
    ],
    [
      'counts what does not fit',
      { sentinel: observed(flag({ packages: ['a', 'b', 'c', 'd', 'e'] })) },
      since(HOUR),
      'Restart required for 1 h (a, b, c and 2 more).',
    ],
    [
      'names exposure',
      NEED,
      { ...since(HOUR), exposure: 'exposed' },
      'Restart required for 1 h (linux-image-6.8.0-79, libssl3); it is open to anywhere.',
    ],
    [
      'names staleness',
      NEED,
      since(32 * DAY),
      'Restart required for 32 d (linux-image-6.8.0-79, libssl3); 2 d longer than policy allows.',
    ],
    [
      'names all reasons',
      NEED,
      { ...since(32 * DAY), ...lastHeard(2 * HOUR), exposure: 'exposed' },
      'Restart required for 32 d (linux-image-6.8.0-79, libssl3); it is open to anywhere; 18 d longer than policy allows; silent for 2 h.',
    ],
    [
      'says when the last report is late',
      NEED,
      { ...since(HOUR), ...lastHeard(5 * MINUTE) },
      'Restart required for 1 h (linux-image-6.8.0-79, libssl3); its last report is late.',
    ],
    [
      'says when it is restarting',
      NEED,
      { ...since(HOUR), contact: contact(NOW, { goodbyeAt: NOW }) },
      'Restart required for 1 h (linux-image-6.8.0-79, libssl3); it said it is restarting.',
    ],
  ] as [string, ObservedSections, Partial<Subject>, string][])('%s', (_, sections, change, expected) => {
    expect(sentence(sections, change)).toBe(expected)
  })

  it('says what is missing where unknown exposure counts', () => {
    const policy = { ...DEFAULT_POLICY, unknownExposureCounts: true }

    expect(sentence(NEED, since(HOUR), policy)).toBe(
      'Restart required for 1 h (linux-image-6.8.0-79, libssl3); who can reach it is not known.',
    )
  })

  it('clips names no person would read', () => {
    expect(sentence({ sentinel: observed(flag({ packages: ['x'.repeat(255)] })) }).length).toBeLessThan(100)
  })
})

describe('the headline of any other state', () => {
  const neverRead = failing<SentinelSection>(null, NOW - HOUR)
  const kernelNeverRead = failing<KernelSection>(null, NOW - HOUR)
  const kernelFlag = { sentinel: observed(flag({ packages: ['linux-base'] })) }

  it.each([
    ['ok', {}, {}, 'No restart needed.'],
    ['ok and late', {}, lastHeard(5 * MINUTE), 'No restart needed; its last report is late.'],
    [
      'deferrable',
      kernelFlag,
      { livepatchCovers: true },
      'Restart can wait: Livepatch covers the running kernel (linux-base).',
    ],
    [
      'unknown for want of the flag',
      { sentinel: neverRead },
      {},
      'Cannot tell whether a restart is needed: the reboot-required flag could not be read.',
    ],
    [
      'unknown for want of both',
      { sentinel: neverRead, kernel: kernelNeverRead },
      {},
      'Cannot tell whether a restart is needed: the reboot-required flag and the installed kernels could not be read.',
    ],
    ['never heard', {}, { contact: contact(null) }, 'Never heard since it was registered, so nothing is known yet.'],
    ['silent, once ok', {}, lastHeard(2 * HOUR), 'Silent for 2 h; no restart was needed when last heard.'],
    [
      'silent, once deferrable',
      kernelFlag,
      { ...lastHeard(2 * HOUR), livepatchCovers: true },
      'Silent for 2 h; a restart could wait when last heard.',
    ],
    [
      'silent, unknown even then',
      { sentinel: neverRead },
      lastHeard(DAY),
      'Silent for 1 d; what it needed was not known even then.',
    ],
  ] as [string, ObservedSections, Partial<Subject>, string][])('%s', (_, sections, change, expected) => {
    expect(sentence(sections, change)).toBe(expected)
  })
})

describe('the headline of an exposed server', () => {
  const port = (number: number, verdict: OpenPort['verdict'] = 'exposed', family: 4 | 6 = 4): OpenPort => ({
    protocol: 'tcp',
    family,
    port: number,
    verdict,
  })
  const exposed = judge(subject(NEED, { ...since(HOUR), exposure: 'exposed' }), DEFAULT_POLICY, NOW)

  it.each([
    ['names the open port', [port(443)], 'tcp 443 is open to anywhere.'],
    ['names it once for both families', [port(443), port(443, 'exposed', 6)], 'tcp 443 is open to anywhere.'],
    ['names two', [port(80), port(443)], 'tcp 80 and tcp 443 are open to anywhere.'],
    ['counts the rest', [22, 80, 443, 8080].map((one) => port(one)), 'tcp 22, tcp 80 and 2 more are open to anywhere.'],
    ['leaves out what is only unknown', [port(443), port(53, 'unknown')], 'tcp 443 is open to anywhere.'],
    ['names none that is not known', [], 'it is open to anywhere.'],
  ])('%s', (_, ports, said) => {
    expect(headline(exposed, NOW, ports).split('; ').at(-1)).toBe(said)
  })

  it('names the port nobody can judge where policy counts it', () => {
    const policy = { ...DEFAULT_POLICY, unknownExposureCounts: true }
    const verdict = judge(subject(NEED, { ...since(HOUR), exposure: 'unknown' }), policy, NOW)

    expect(headline(verdict, NOW, [port(443, 'unknown')])).toMatch(/; who can reach tcp 443 is not known\.$/)
  })
})

// What holds for every subject, whatever a host sent: the laws the sweeper and every reader rely on.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evidenceOf, judge } from '../../../shared/judgement/judge.ts'
import { headline } from '../../../shared/judgement/headline.ts'
import { DEFAULT_POLICY, PRESETS, type Policy } from '../../../shared/judgement/policy.ts'
import type { Observation, Subject } from '../../../shared/judgement/subject.ts'
import { EXPOSURES, type Verdict } from '../../../shared/judgement/verdict.ts'
import { BOOT_A, flag, HOUR, hostOf, kernels, MINUTE, NO_FLAG, NOW, SECOND } from './subjects.ts'

const around = fc.integer({ min: NOW - 40 * 24 * HOUR, max: NOW + HOUR })
const text = fc.oneof(fc.string(), fc.constantFrom('6.1.0-9-amd64', '6.1.0-10-amd64', '__proto__', 'linux-base'))

function observationOf<V>(value: fc.Arbitrary<V>): fc.Arbitrary<Observation<V>> {
  return fc.record<Observation<V>>({
    outcome: fc.constantFrom('observed', 'absent', 'failed'),
    reason: fc.option(text),
    readAt: around,
    value: fc.option(value),
    failedSince: fc.option(around),
  })
}

const sentinel = fc.oneof(
  fc.constant(NO_FLAG),
  fc.record({ present: fc.boolean(), stale: fc.boolean(), packages: fc.option(fc.array(text)) }).map(flag),
)
const kernel = fc
  .record({ running: text, installed: fc.array(text), bootDefault: fc.option(text), version: fc.option(text) })
  .map(({ running, installed, bootDefault, version }) => ({
    ...kernels(running, installed, { bootDefault }),
    running: { release: running, packageVersion: version },
  }))
const host = fc.constantFrom('none', 'vm', 'container', 'wsl', 'unknown').map((kind) => hostOf(kind))

const subjects: fc.Arbitrary<Subject> = fc.record({
  application: fc.option(text),
  sections: fc.record(
    {
      host: observationOf(host),
      boot: observationOf(fc.constant({ ...BOOT_A, bootedAt: null })),
      sentinel: observationOf(sentinel),
      kernel: observationOf(kernel),
    },
    { requiredKeys: [] },
  ),
  since: fc.option(fc.record({ at: around, quality: fc.constantFrom('exact', 'observed', 'upper-bound') })),
  contact: fc.record({
    lastAt: fc.option(around),
    heartbeatMs: fc.constantFrom(SECOND, MINUTE, HOUR),
    goodbyeAt: fc.option(around),
  }),
  exposure: fc.constantFrom(...EXPOSURES),
  livepatchCovers: fc.boolean(),
})

const policies: fc.Arbitrary<Policy> = fc.record({
  preset: fc.constant('default' as const),
  staleAfter: fc.constantFrom(...Object.values(PRESETS)),
  unknownExposureCounts: fc.boolean(),
  outdatedServiceCounts: fc.boolean(),
  silentAfterMs: fc.constantFrom(MINUTE, 15 * MINUTE, HOUR),
  forgetSilentAfterMs: fc.constant(DEFAULT_POLICY.forgetSilentAfterMs),
  applications: fc.constant({}),
})

const RUNS = { numRuns: 1_000 }
const withoutNext = (verdict: Verdict) => ({ ...verdict, nextJudgementAt: null })

describe('for every subject', () => {
  it('judging again before nextJudgementAt gives the same verdict', () => {
    fc.assert(
      fc.property(subjects, policies, fc.double({ min: 0, max: 1, noNaN: true }), (subject, policy, part) => {
        const verdict = judge(subject, policy, NOW)
        const end = verdict.nextJudgementAt ?? NOW + 400 * 24 * HOUR
        const later = Math.min(end - 1, NOW + Math.floor((end - NOW) * part))

        expect(withoutNext(judge(subject, policy, later))).toEqual(withoutNext(verdict))
      }),
      RUNS,
    )
  })

  it('nextJudgementAt lies ahead, and the verdict then is another one or names a later moment', () => {
    fc.assert(
      fc.property(subjects, policies, (subject, policy) => {
        const { nextJudgementAt } = judge(subject, policy, NOW)
        fc.pre(nextJudgementAt !== null)
        const next = judge(subject, policy, nextJudgementAt)

        expect(nextJudgementAt).toBeGreaterThan(NOW)
        expect(next.nextJudgementAt ?? Infinity).toBeGreaterThan(nextJudgementAt)
      }),
      RUNS,
    )
  })

  it('nobody silent or never heard is ok or deferrable', () => {
    fc.assert(
      fc.property(subjects, policies, (subject, policy) => {
        const { state, reporting } = judge(subject, policy, NOW)
        fc.pre(reporting === 'silent' || reporting === 'never')

        expect(['unknown', 'restart-required']).toContain(state)
      }),
      RUNS,
    )
  })

  it('a verdict is promoted exactly when it has a reason, and its headline is one sentence', () => {
    fc.assert(
      fc.property(subjects, policies, (subject, policy) => {
        const verdict = judge(subject, policy, NOW)

        expect(verdict.promoted).toBe(verdict.reasons.length > 0)
        expect(headline(verdict, NOW)).toMatch(/^[A-Z][^]*\.$/)
        expect(headline(verdict, NOW).length).toBeLessThan(600)
      }),
      RUNS,
    )
  })

  it('the evidence can be had again from the facts and from how the server was heard', () => {
    fc.assert(
      fc.property(subjects, policies, (subject, policy) => {
        const { reporting, signals } = judge(subject, policy, NOW)
        const heard = { sections: subject.sections, reporting, lastContactAt: subject.contact.lastAt }

        expect(evidenceOf(heard, NOW)).toEqual(signals)
      }),
      RUNS,
    )
  })

  it('the state rests on what the deciding signals say', () => {
    fc.assert(
      fc.property(subjects, policies, (subject, policy) => {
        const verdict = judge(subject, policy, NOW)
        const said = new Set(verdict.signals.filter(({ role }) => role === 'decides').map(({ says }) => says))
        const evidence = verdict.baseline?.need ?? 'unknown'
        const expected = evidence === 'ok' ? 'not-required' : evidence === 'unknown' ? 'unknown' : 'required'

        // A container without a flag section may have nothing to rest on, and is ok.
        expect([...said]).toEqual(said.size === 0 && evidence === 'ok' ? [] : [expected])
      }),
      RUNS,
    )
  })
})

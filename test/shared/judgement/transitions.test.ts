import { describe, expect, it } from 'vitest'
import type { BootIdentity } from '../../../shared/boot-identity.ts'
import { judge } from '../../../shared/judgement/judge.ts'
import { DEFAULT_POLICY, type Policy } from '../../../shared/judgement/policy.ts'
import type { ObservedSections, Subject } from '../../../shared/judgement/subject.ts'
import { toJudged, transitionsBetween, type Judged } from '../../../shared/judgement/transitions.ts'
import type { SentinelSection } from '../../../shared/sections/sentinel.ts'
import { BOOT_A, BOOT_B, contact, DAY, failing, flag, HOUR, hostOf, NOW, observed, subject } from './subjects.ts'

type Step = {
  sections?: ObservedSections
  change?: Partial<Subject>
  boot?: BootIdentity
  addresses?: string[] | null
  policy?: Policy
}

/** Judges each step with the baseline of the one before, as the collector does, and collects what history says. */
function historyOf(...steps: Step[]) {
  let before: Judged | null = null
  return steps.map(
    ({ sections = {}, change = {}, boot = BOOT_A, addresses = ['192.0.2.7'], policy = DEFAULT_POLICY }) => {
      const facts = subject(sections, { boot, baseline: before?.verdict.baseline ?? null, ...change })
      const after = toJudged(judge(facts, policy, NOW), boot, addresses)
      const events = transitionsBetween(before, after)
      before = after
      return events.map(({ type, cause }) => (cause === null ? type : `${type}: ${cause}`))
    },
  )
}

const OK: Step = {}
const REQUIRED: Step = { sections: { sentinel: observed(flag()) } }
const BLIND: Step = { sections: { sentinel: failing<SentinelSection>(null, NOW - HOUR) } }
const SILENT_OK: Step = { change: { contact: contact(NOW - HOUR) } }
const SILENT_REQUIRED: Step = { ...REQUIRED, ...SILENT_OK }
const NEVER: Step = { sections: { sentinel: observed(flag()) }, change: { contact: contact(null) } }
const DEFERRABLE: Step = {
  sections: { sentinel: observed(flag({ packages: ['linux-base'] })) },
  change: { livepatchCovers: true },
}
const NOT_APPLICABLE: Step = {
  sections: { host: observed(hostOf('container')), sentinel: observed(flag({ packages: ['linux-base'] })) },
}
/** Quiet for as long, but the policy waits longer now. */
const PATIENT_OK: Step = { ...SILENT_OK, policy: { ...DEFAULT_POLICY, silentAfterMs: 5 * HOUR } }
const inNewBoot = (step: Step): Step => ({ ...step, boot: BOOT_B })
const STALE: Step = { ...REQUIRED, change: { since: { at: NOW - 40 * DAY, quality: 'exact' } } }
const exposure = (value: 'exposed' | 'unknown' | 'filtered'): Step => ({ change: { exposure: value } })

describe('history', () => {
  it.each<[string, Step[], string[][]]>([
    ['a server is registered', [OK], [['registered']]],
    ['a server is registered with a need', [REQUIRED], [['registered', 'restart-required']]],
    [
      'a server enrols and then reports',
      [{ ...BLIND, change: { contact: contact(null) } }, REQUIRED],
      [['registered'], ['restart-required']],
    ],
    ['nothing happens', [OK, OK], [['registered'], []]],
    ['a need comes', [OK, REQUIRED], [['registered'], ['restart-required']]],
    ['a need stays', [REQUIRED, REQUIRED], [['registered', 'restart-required'], []]],
    [
      'the flag is removed by hand',
      [REQUIRED, OK],
      [['registered', 'restart-required'], ['restart-cleared: flag-removed']],
    ],
    [
      'a restart clears it',
      [REQUIRED, inNewBoot(OK)],
      [['registered', 'restart-required'], ['restart-cleared: restarted']],
    ],
    [
      'a restart does not clear it',
      [REQUIRED, inNewBoot(REQUIRED)],
      [['registered', 'restart-required'], ['restarted-still-required']],
    ],
    [
      'Livepatch covers it',
      [REQUIRED, DEFERRABLE],
      [['registered', 'restart-required'], ['restart-cleared: livepatched']],
    ],
    [
      'it turns out not to apply',
      [REQUIRED, NOT_APPLICABLE],
      [['registered', 'restart-required'], ['restart-cleared: not-applicable']],
    ],
    [
      'a restart counts for more than that',
      [REQUIRED, inNewBoot(NOT_APPLICABLE)],
      [['registered', 'restart-required'], ['restart-cleared: restarted']],
    ],
    ['a deferrable need becomes hard', [DEFERRABLE, REQUIRED], [['registered'], ['restart-required']]],
    ['a deferrable need goes', [DEFERRABLE, OK], [['registered'], []]],
    ['a healthy server restarts', [OK, inNewBoot(OK)], [['registered'], []]],
    ['nobody could look for a while', [OK, BLIND, OK], [['registered'], [], []]],
    [
      'nobody could look while a need stayed',
      [REQUIRED, BLIND, REQUIRED],
      [['registered', 'restart-required'], [], []],
    ],
    [
      'nobody could look while it was cleared',
      [REQUIRED, BLIND, OK],
      [['registered', 'restart-required'], [], ['restart-cleared: flag-removed']],
    ],
    ['nobody could look while it came', [OK, BLIND, REQUIRED], [['registered'], [], ['restart-required']]],
    [
      'nobody could look after a restart',
      [REQUIRED, inNewBoot(BLIND), inNewBoot(OK)],
      [['registered', 'restart-required'], [], ['restart-cleared: restarted']],
    ],
    [
      'nobody could look after a restart that did not help',
      [REQUIRED, inNewBoot(BLIND), inNewBoot(REQUIRED)],
      [['registered', 'restart-required'], [], ['restarted-still-required']],
    ],
    [
      'a server falls silent and comes back',
      [OK, SILENT_OK, SILENT_OK, OK],
      [['registered'], ['silent'], [], ['back']],
    ],
    [
      'a longer silentAfter takes the word silent back, and nothing was heard',
      [OK, SILENT_OK, PATIENT_OK, PATIENT_OK, OK],
      [['registered'], ['silent'], [], [], ['back']],
    ],
    [
      'silentAfter is made longer and shorter again',
      [OK, SILENT_OK, PATIENT_OK, SILENT_OK, OK, SILENT_OK],
      [['registered'], ['silent'], [], [], ['back'], ['silent']],
    ],
    [
      'a need stays through silence',
      [REQUIRED, SILENT_REQUIRED, REQUIRED],
      [['registered', 'restart-required'], ['silent'], ['back']],
    ],
    [
      'a silent server was restarted',
      [REQUIRED, SILENT_REQUIRED, inNewBoot(OK)],
      [['registered', 'restart-required'], ['silent'], ['back', 'restart-cleared: restarted']],
    ],
    ['a server never heard is heard', [NEVER, REQUIRED], [['registered', 'restart-required'], []]],
    ['a need becomes stale', [REQUIRED, STALE, STALE], [['registered', 'restart-required'], ['stale'], []]],
    ['a need is stale at first sight', [STALE], [['registered', 'restart-required', 'stale']]],
    ['a stale need is out of sight', [STALE, BLIND, STALE], [['registered', 'restart-required', 'stale'], [], []]],
    [
      'a stale need is met and a new one becomes stale',
      [STALE, OK, STALE],
      [['registered', 'restart-required', 'stale'], ['restart-cleared: flag-removed'], ['restart-required', 'stale']],
    ],
    [
      'a port opens and closes',
      [exposure('filtered'), exposure('exposed'), exposure('filtered')],
      [['registered'], ['exposed'], ['no-longer-exposed']],
    ],
    [
      'exposure is out of sight',
      [exposure('exposed'), exposure('unknown'), exposure('exposed')],
      [['registered', 'exposed'], [], []],
    ],
    [
      'a port closes out of sight',
      [exposure('exposed'), exposure('unknown'), exposure('filtered')],
      [['registered', 'exposed'], [], ['no-longer-exposed']],
    ],
    [
      'addresses change',
      [{ addresses: ['a', 'b'] }, { addresses: ['b', 'a'] }, { addresses: ['b', 'c'] }],
      [['registered'], [], ['address-changed']],
    ],
    [
      'addresses cannot be read',
      [{ addresses: ['a'] }, { addresses: null }, { addresses: ['b'] }],
      [['registered'], [], []],
    ],
  ])('when %s', (_, steps, expected) => {
    expect(historyOf(...steps)).toEqual(expected)
  })

  it('keeps the packages of a need and both lists of addresses', () => {
    const ok = toJudged(judge(subject(), DEFAULT_POLICY, NOW), BOOT_A, ['192.0.2.7'])
    const required = toJudged(judge(subject(REQUIRED.sections), DEFAULT_POLICY, NOW), BOOT_A, ['192.0.2.8'])

    expect(transitionsBetween(ok, required)).toEqual([
      { type: 'restart-required', cause: null, data: { packages: ['libssl3'] } },
      { type: 'address-changed', cause: null, data: { before: ['192.0.2.7'], after: ['192.0.2.8'] } },
    ])
  })
})

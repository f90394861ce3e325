import { describe, expect, it } from 'vitest'
import type { ReportResult } from '../../../agent/commands/report-ask.ts'
import { exitCodeOf, sentenceOf, verdictText } from '../../../agent/commands/report-text.ts'
import { notUnderstood, type Outcome, type ReportNowAnswer } from '../../../agent/report-now/answer.ts'

function answered(outcome: Outcome, change: Partial<ReportNowAnswer> = {}, by: 'agent' | 'command' = 'agent') {
  return { kind: 'answered', by, answer: { ...notUnderstood(''), problem: null, outcome, ...change } } as const
}

describe('what became of a report', () => {
  it.each<[Outcome, number, string]>([
    ['acknowledged', 0, 'the collector acknowledged what was just read'],
    ['asked', 0, 'add --wait'],
    ['not-looked', 6, 'the look did not end in time'],
    ['not-answered', 5, 'did not answer in time (why); the report is kept, and sent when it can be'],
    ['not-understood', 1, 'does not understand this command; restart it'],
    ['retrying', 5, 'cannot be reached; see: overdue-agent doctor (why); the report is kept'],
    ['unauthorized', 4, 'does not accept the credential of this server; see: overdue-agent doctor (why)'],
    ['conflict', 4, 'two live copies'],
    ['revoked', 4, 'was removed at the collector'],
    ['refused', 1, 'refuses this report'],
  ])('%s is exit code %i and says what to do', (outcome, code, words) => {
    const result = answered(outcome, { problem: 'why' })

    expect(exitCodeOf(result)).toBe(code)
    expect(sentenceOf(result)).toContain(words)
  })

  it.each<[ReportResult, number, string]>([
    [{ kind: 'silent' }, 5, 'the agent does not answer'],
    [{ kind: 'nonsense' }, 5, 'in the place of the agent'],
    [{ kind: 'no-socket', pid: 7, path: '/run/x' }, 5, 'an agent runs as process 7, but nobody listens at /run/x'],
    [{ kind: 'forbidden', path: '/run/x', isAlone: false }, 4, 'join the group'],
    [{ kind: 'forbidden', path: '/var/x', isAlone: true }, 4, 'start the agent'],
  ])('%j is exit code %i and says what to do', (result, code, words) => {
    expect(exitCodeOf(result)).toBe(code)
    expect(sentenceOf(result)).toContain(words)
  })

  it('alone nobody keeps the report, and it says so', () => {
    expect(sentenceOf(answered('retrying', {}, 'command'))).toContain('nothing was reported, and no agent runs')
  })

  it('names the scans that did not come: the rest is done, and the wait was in vain', () => {
    const scans = [{ name: 'firewall', ageMs: 5_000, missing: 'it did not answer in time' }]
    const result = answered('acknowledged', { scans })

    expect(exitCodeOf(result)).toBe(6)
    expect(sentenceOf(result)).toMatch(/acknowledged.*; scan firewall: it did not answer in time$/)
  })

  it('passes on no secret and no control character', () => {
    const problem = `\u001b[2Jno ovds_s1_${'x'.repeat(43)}`

    expect(sentenceOf(answered('retrying', { problem }))).toContain('([2Jno ovds_s1_[secret])')
  })
})

describe('the verdict', () => {
  it('comes with its age and that of the scans', () => {
    const judgement = {
      state: 'ok',
      exposure: 'unknown',
      promoted: false,
      reasons: [],
      headline: 'No restart needed.',
      since: null,
      sinceQuality: null,
    } as const
    const scans = [
      { name: 'firewall', ageMs: 5_000, missing: null },
      { name: 'inventory', ageMs: null, missing: null },
    ]
    const result = answered('acknowledged', { judgement: { ...judgement, reasons: [] }, lookedAt: 'now', scans })

    expect(verdictText(result).split('\n')).toEqual([
      'No restart needed.',
      'state       ok (default policy)',
      'looked at   now',
      'firewall    scanned 5 s ago',
      'inventory   not scanned in this boot',
      '',
    ])
  })

  it('is nothing where nothing is known', () => {
    expect([verdictText(answered('asked')), verdictText({ kind: 'silent' })]).toEqual(['', ''])
  })
})

import { describe, expect, it } from 'vitest'
import { formatAnswer, notUnderstood, OUTCOMES, parseAnswer } from '../../../agent/report-now/answer.ts'
import { formatRequest, parseRequest, plainReason, WAIT_MS_MAX } from '../../../agent/report-now/request.ts'

const NOTHING = { waitMs: null, scan: false, reason: null }

describe('a question', () => {
  it.each([
    [NOTHING],
    [{ waitMs: 30_000, scan: true, reason: 'deploy' }],
    [{ waitMs: 0, scan: false, reason: 'ümlaut 💥' }],
  ])('is read as it was written: %j', (request) => {
    expect(parseRequest(formatRequest(request))).toEqual(request)
  })

  it.each([
    ['{}', NOTHING],
    ['{"waitMs":null,"tomorrow":true}', NOTHING],
    [`{"waitMs":${WAIT_MS_MAX + 1}}`, { ...NOTHING, waitMs: WAIT_MS_MAX }],
    ['{"reason":"\\u001b[31mred\\u0007\\n"}', { ...NOTHING, reason: '[31mred' }],
    ['{"reason":" \\t "}', NOTHING],
  ])('%s is understood', (line, request) => {
    expect(parseRequest(line)).toEqual(request)
  })

  it.each([
    ['', 'one line with a JSON object'],
    ['hello', 'one line with a JSON object'],
    ['[]', 'one line with a JSON object'],
    ['['.repeat(100_000), 'one line with a JSON object'],
    ['{"waitMs":-1}', 'waitMs'],
    ['{"waitMs":1.5}', 'waitMs'],
    ['{"waitMs":"30s"}', 'waitMs'],
    ['{"scan":1}', 'scan'],
    ['{"reason":5}', 'reason'],
  ])('%s is refused by name', (line, named) => {
    expect(parseRequest(line)).toEqual({ problem: expect.stringContaining(named) as string })
  })

  it('has a reason that the collector takes, however long', () => {
    const reason = plainReason('💥'.repeat(1_000)) ?? ''

    expect(reason.length).toBe(1_024)
    expect(reason.isWellFormed()).toBe(true)
  })
})

describe('an answer', () => {
  const answer = {
    outcome: 'acknowledged' as const,
    problem: null,
    delivery: { instance: 'i', standing: 'reporting' as const, problem: null, nextAttemptAt: null, acknowledged: null },
    lookedAt: '2026-11-22T12:00:00.000Z',
    judgement: {
      state: 'ok' as const,
      exposure: 'unknown' as const,
      promoted: false,
      reasons: [],
      headline: 'No restart needed.',
      since: null,
      sinceQuality: null,
    },
    scans: [{ name: 'firewall', ageMs: 12, missing: null }],
  }

  it('is read as it was written', () => {
    expect(parseAnswer(formatAnswer(answer))).toEqual(answer)
    for (const outcome of OUTCOMES) expect(parseAnswer(`{"outcome":"${outcome}"}`)).toMatchObject({ outcome })
    expect(parseAnswer(formatAnswer(notUnderstood('no')))).toEqual(notUnderstood('no'))
  })

  it.each(['', 'ok', '[]', '{}', '{"outcome":"fine"}', '{"outcome":', 'HTTP/1.1 200 OK', '{"outcome":{}}'])(
    '%s is none',
    (line) => {
      expect(parseAnswer(line)).toBeNull()
    },
  )

  it('of which the rest is of wrong types says its outcome alone', () => {
    const line =
      '{"outcome":"asked","problem":5,"delivery":[],"lookedAt":{},"judgement":{"state":1},"scans":[{},7,null]}'

    expect(parseAnswer(line)).toEqual({ ...notUnderstood(''), outcome: 'asked', problem: null })
  })
})

import { describe, expect, it } from 'vitest'
import type { ReportRequest, Standing } from '../../../agent/delivery/delivery.ts'
import type { ReportNowAnswer, ScanTold } from '../../../agent/report-now/answer.ts'
import { ReportNow } from '../../../agent/report-now/report-now.ts'
import { until } from '../../support/until.ts'

const WAIT = { waitMs: 10_000, scan: false, reason: null }
const NOTHING = { lookedAt: null, judgement: null }

/** Looks end and attempts conclude when the test says so; each question has a moment of its own. */
function asking({ scans = [], looksAtOnce = false }: { scans?: ScanTold[]; looksAtOnce?: boolean } = {}) {
  const requests: ReportRequest[] = []
  const troubles: unknown[] = []
  let looks: (() => void)[] = []
  let nowMs = 0
  let acknowledged: number | null = null
  let reasons = 0
  const reportNow = new ReportNow({
    lookAfresh: () => (looksAtOnce ? Promise.resolve() : new Promise((resolve) => looks.push(resolve))),
    request: (request) => void requests.push(request),
    scans: { ages: () => Promise.resolve(scans), scan: () => Promise.resolve(scans) },
    judge: () => Promise.resolve(NOTHING),
    onTrouble: (error) => void troubles.push(error),
    steadyMs: () => ++nowMs,
    newReasonId: () => `reason-${++reasons}`,
  })
  const attempt = (standing: Standing, { acknowledges = false, problem = null as string | null } = {}): void => {
    if (acknowledges) acknowledged = requests.at(-1)?.freshAsOfMs ?? null
    const last = acknowledged === null ? null : { seq: 1, root: 'r', at: '', freshAsOfMs: acknowledged }
    reportNow.onStatus({ instance: 'i', standing, problem, nextAttemptAt: null, acknowledged: last })
  }
  return {
    reportNow,
    requests,
    troubles,
    attempt,
    acknowledge: () => attempt('reporting', { acknowledges: true }),
    endLooks: async (): Promise<void> => {
      await until('a look is asked for', () => looks.length > 0)
      for (const end of looks) end()
      looks = []
    },
    handed: (count: number) => until(`request ${count}`, () => requests.length >= count),
  }
}

const outcomes = async (answers: Promise<ReportNowAnswer>[]) =>
  new Set((await Promise.all(answers)).map(({ outcome }) => outcome))

describe('a burst of questions', () => {
  it('is one report, and everybody is answered', async () => {
    const { reportNow, requests, endLooks, handed, acknowledge } = asking()
    const answers = Array.from({ length: 50 }, (_, at) => reportNow.answer({ ...WAIT, reason: `deploy ${at % 2}` }))
    await endLooks()
    await handed(1)
    acknowledge()

    expect(await outcomes(answers)).toEqual(new Set(['acknowledged']))
    expect(requests).toEqual([
      { freshAsOfMs: expect.any(Number), reason: 'deploy 0; deploy 1', reasonId: 'reason-1', answers: null },
    ])
  })

  it('with reasons too long for one report is told with what fits', async () => {
    const { reportNow, requests, endLooks, handed, acknowledge } = asking()
    const answers = ['a', 'b', '💥'].map((text) => reportNow.answer({ ...WAIT, reason: text.repeat(600) }))
    await endLooks()
    await handed(1)
    acknowledge()

    expect(await outcomes(answers)).toEqual(new Set(['acknowledged']))
    expect(requests[0]?.reason?.length).toBeLessThanOrEqual(1_024)
  })
})

describe('what is asked while a report is on its way', () => {
  it('is told in the next one, alone', async () => {
    const { reportNow, requests, endLooks, handed, acknowledge } = asking()
    const first = reportNow.answer({ ...WAIT, reason: 'first' })
    await endLooks()
    await handed(1)
    const second = reportNow.answer({ ...WAIT, reason: 'second' })
    await endLooks()
    acknowledge()
    expect((await first).outcome).toBe('acknowledged')
    await handed(2)
    acknowledge()

    expect((await second).outcome).toBe('acknowledged')
    expect(requests.map(({ reason }) => reason)).toEqual(['first', 'second'])
  })

  it('waits for it, whatever a heartbeat beside it is answered', async () => {
    const { reportNow, requests, endLooks, handed, attempt, acknowledge } = asking()
    const first = reportNow.answer({ ...WAIT, reason: 'first' })
    await endLooks()
    await handed(1)
    const second = reportNow.answer({ ...WAIT, reason: 'second' })
    await endLooks()
    attempt('reporting')
    const untold = requests.length
    acknowledge()
    await handed(2)
    acknowledge()

    expect(untold).toBe(1)
    expect(await outcomes([first, second])).toEqual(new Set(['acknowledged']))
    expect(requests.map(({ reason }) => reason)).toEqual(['first', 'second'])
  })

  it('makes it tried again where it failed, as the same reason, and is told after it', async () => {
    const { reportNow, requests, endLooks, handed, attempt, acknowledge } = asking()
    reportNow.start({ reason: 'first', answers: 'ask-1', scan: false })
    await endLooks()
    await handed(1)
    attempt('retrying', { problem: 'no answer' })
    const second = reportNow.answer({ ...WAIT, reason: 'second' })
    const third = reportNow.answer({ ...WAIT, reason: 'third' })
    await endLooks()
    await handed(2)
    acknowledge()
    await handed(3)
    acknowledge()

    expect(await outcomes([second, third])).toEqual(new Set(['acknowledged']))
    expect(requests.map(({ reason, reasonId, answers }) => [reason, reasonId, answers])).toEqual([
      ['first', 'reason-1', 'ask-1'],
      ['first', 'reason-1', 'ask-1'],
      ['second; third', 'reason-2', null],
    ])
  })

  it('makes a collector that does not answer tried once more, and not again and again', async () => {
    const { reportNow, requests, endLooks, handed, attempt } = asking()
    reportNow.start({ reason: 'first', answers: null, scan: false })
    await endLooks()
    await handed(1)
    reportNow.start({ reason: 'second', answers: null, scan: false })
    await endLooks()
    attempt('retrying')
    await handed(2)
    attempt('retrying')
    attempt('retrying')

    expect(requests.map(({ reason }) => reason)).toEqual(['first', 'first'])
  })
})

describe('whoever waits', () => {
  it.each(['unauthorized', 'refused', 'conflict', 'revoked'] as const)(
    'is told at once what waiting does not change: %s',
    async (standing) => {
      const { reportNow, endLooks, handed, attempt } = asking()
      const answer = reportNow.answer({ ...WAIT, waitMs: 600_000 })
      await endLooks()
      await handed(1)
      attempt(standing, { problem: 'no' })

      expect(await answer).toMatchObject({ outcome: standing, problem: 'no' })
    },
  )

  it('is told soon where nothing will be sent: refused before, and no attempt since', async () => {
    const { reportNow, endLooks, attempt } = asking()
    attempt('refused')
    const answer = reportNow.answer({ ...WAIT, waitMs: 600_000 })
    await endLooks()

    expect((await answer).outcome).toBe('refused')
  })

  it('for a look that does not end is told so in time', async () => {
    expect((await asking().reportNow.answer({ ...WAIT, waitMs: 20 })).outcome).toBe('not-looked')
  })

  it('for a collector that does not answer is told so in time, and how it failed where it did', async () => {
    const [silent, failing] = [asking({ looksAtOnce: true }), asking({ looksAtOnce: true })]
    failing.attempt('retrying', { problem: 'connect ECONNREFUSED' })
    const answers = [silent, failing].map(({ reportNow }) => reportNow.answer({ ...WAIT, waitMs: 50 }))

    expect((await Promise.all(answers)).map(({ outcome, problem }) => [outcome, problem])).toEqual([
      ['not-answered', null],
      ['retrying', 'connect ECONNREFUSED'],
    ])
  })
})

describe('whoever does not wait', () => {
  it.each([
    ['reporting', 'asked'],
    ['retrying', 'retrying'],
    ['revoked', 'revoked'],
  ] as const)('is told how the agent stood, and a report follows: %s', async (standing, outcome) => {
    const { reportNow, attempt, endLooks, handed, requests } = asking()
    attempt(standing)
    const answer = await reportNow.answer({ waitMs: null, scan: true, reason: 'why' })
    await endLooks()
    await handed(1)

    expect(answer).toMatchObject({ outcome, judgement: null })
    expect(requests[0]?.reason).toBe('why')
  })
})

it('the ages of scans are told, and which did not come', async () => {
  const scans = [{ name: 'firewall', ageMs: 5, missing: 'it did not answer in time' }]
  const { reportNow, endLooks, handed, acknowledge } = asking({ scans })
  const answer = reportNow.answer({ ...WAIT, scan: true })
  await endLooks()
  await handed(1)
  acknowledge()

  expect(await answer).toMatchObject({ outcome: 'acknowledged', scans })
})

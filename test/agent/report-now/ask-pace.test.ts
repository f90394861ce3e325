import { describe, expect, it, onTestFinished } from 'vitest'
import { AskPace, type CollectorAsk } from '../../../agent/report-now/ask-pace.ts'
import { until } from '../../support/until.ts'

function paced(gapMs: number): { pace: AskPace; started: CollectorAsk[] } {
  const started: CollectorAsk[] = []
  const pace = new AskPace({ start: (ask) => started.push(ask), steadyMs: () => performance.now(), gapMs })
  onTestFinished(() => pace.close())
  return { pace, started }
}

describe('asks of the collector', () => {
  it('start a look at once', () => {
    const { pace, started } = paced(60_000)
    pace.take({ id: 'a1', scan: false })

    expect(started).toEqual([{ id: 'a1', scan: false }])
  })

  it('that come in a flood make one look now and one later, which answers the last', async () => {
    const { pace, started } = paced(50)
    for (let n = 0; n < 1_000; n++) pace.take({ id: `a${n}`, scan: n === 500 })
    expect(started).toEqual([{ id: 'a0', scan: false }])
    await until('the rest is looked for', () => started.length > 1)

    expect(started.slice(1)).toEqual([{ id: 'a999', scan: true }])
  })

  it('are given up when the agent stops', async () => {
    const { pace, started } = paced(20)
    pace.take({ id: 'a1', scan: false })
    pace.take({ id: 'a2', scan: false })
    pace.close()
    await new Promise((resolve) => setTimeout(resolve, 60))

    expect(started).toHaveLength(1)
  })
})

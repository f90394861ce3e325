import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { PollingServer, type PollingBehaviour } from '../../support/polling-server.ts'
import { OverdueProgram } from '../../support/overdue-program.ts'
import { until } from '../../support/until.ts'
import { addServer, askACollector, collector, json, overdue, url } from './collector-rig.ts'

askACollector()

const NEVER_ANSWERING: PollingBehaviour = { onAsk: () => false }
const FLAGGED: PollingBehaviour = {
  onAsk: (_ask, { report }) => {
    report.raiseFlag(['libssl3'])
    return true
  },
}
const start = (name: string, behaviour?: PollingBehaviour) => PollingServer.start(collector, name, behaviour)

describe('refresh --wait', () => {
  it('prints fresh verdicts, those that need a person first', async () => {
    await start('web-1')
    await start('web-2', FLAGGED)
    const { code, stdout, stderr } = await overdue.run(['refresh', 'name:web-*', '--wait'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 of 2 servers answered.\n' })
    const [heading, first, second] = stdout.split('\n')
    expect(heading).toMatch(/^STATE +PROMOTED +SERVER/)
    expect(first).toMatch(/^restart-required .*web-2 .*libssl3/)
    expect(second).toMatch(/^ok .*web-1/)
  })

  it('says who did not answer and why, with a code for some', async () => {
    await start('web-1')
    await addServer('web-2')
    const { code, stdout, stderr } = await overdue.run(['refresh', 'name:web-*', '--wait', '20s'])

    expect(code).toBe(7)
    expect(stdout).not.toContain('web-2')
    expect(stderr).toMatch(/^web-2: not-connected\. Its agent holds no connection .*\n1 of 2 servers answered\.\n$/)
  })

  it('has a code for nobody', async () => {
    await start('web-1', NEVER_ANSWERING)
    const { code, stdout, stderr } = await overdue.run(['refresh', 'web-1', '--wait=1s'])

    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr).toContain('web-1: timed-out. Its agent was asked and brought no fresh report within 1 s.')
  })

  it('is one document with --json', async () => {
    await start('web-1')
    await addServer('web-2')
    const { code, stdout } = await overdue.run(['refresh', '*', '--wait', '--json'])

    expect(code).toBe(7)
    expect(json(stdout)).toMatchObject({
      total: 2,
      answered: 1,
      items: [
        { name: 'web-1', outcome: 'answered', why: null, server: { state: 'ok' } },
        { name: 'web-2', outcome: 'not-connected', server: null },
      ],
    })
  })

  it('asks for scans with --scan', async () => {
    const polling = await start('web-1')
    await overdue.run(['refresh', '--wait', '--scan', 'web-1'])

    expect(polling.asked).toMatchObject([{ scan: true }])
  })

  it('says that the answer broke off, after what came', async () => {
    await start('web-1')
    const polling = await start('web-2', NEVER_ANSWERING)
    const { ended } = overdue.start(['refresh', '*', '--wait', '--json'])
    await until('web-2 was asked', () => polling.asked.length === 1)
    await until('web-1 has answered', () => collector.ctx.asks.size === 1)
    await nextTurn()
    collector.app.server.closeAllConnections()
    const { code, stdout, stderr } = await ended

    expect(code).toBe(5)
    expect(json(stdout)).toMatchObject({ answered: 1 })
    expect(stderr).toContain('broke off')
  })
})

describe('refresh without --wait', () => {
  it('asks and goes', async () => {
    await start('web-1', NEVER_ANSWERING)
    await addServer('web-2')
    const { code, stdout, stderr } = await overdue.run(['refresh', '*'])

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/^web-2: not-connected.*\nAsked 2 servers\.\n$/)
  })
})

describe('refresh of nobody, or by nobody', () => {
  it('fails when no server matches: a hook with a mistyped name must not look well', async () => {
    expect(await overdue.run(['refresh', 'app:shpo', '--wait'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'No active server matches.\n',
    })
  })

  it.each([
    [[], 'Say which'],
    [[''], 'Say which'],
    [['satte:ok'], 'did you mean'],
    [['web-1', '--wait=soon'], 'such as 10s'],
    [['web-1', '--wait=6m'], 'at most 5m'],
    [['web-1', 'web-2'], 'one word too many'],
    [['web-1', '--wiat'], 'Did you mean --wait'],
  ])('is a wrong command line: %j', async (args, told) => {
    const { code, stdout, stderr } = await overdue.run(['refresh', ...args])

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.toLowerCase()).toContain(told.toLowerCase())
  })

  it('is not for readers', async () => {
    const reader = OverdueProgram.asking(url, collector.createToken('reader'))

    expect(await reader.run(['refresh', '*', '--wait'])).toMatchObject({ code: 4, stdout: '' })
  })

  it('has a code for a collector that is away', async () => {
    await collector.app.close()

    expect(await overdue.run(['refresh', '*', '--wait'])).toMatchObject({ code: 5, stdout: '' })
  })
})

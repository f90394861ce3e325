import { describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { observed } from '../../../shared/sections/section.ts'
import { OverdueProgram } from '../../support/overdue-program.ts'
import type { TestServer } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'
import { addServer, askACollector, collector, flagged, json, overdue, report, token, url } from './collector-rig.ts'

askACollector()

/** As many seconds as a loaded machine may need, and no test waits for. */
const WAIT = { timeout: 60_000 }

const restarted = ({ report: { state } }: TestServer): void => {
  state.boot = observed({ kernelBootId: 'boot-2', runMarker: '2'.repeat(32), bootedAt: null })
}

/** Starts to wait, and resolves when it does. */
async function waiting(args: readonly string[], program = overdue) {
  const { child, output, ended } = program.start(['wait', ...args])
  await until('it waits', () => output.stderr.includes('Waiting'), 30_000)
  return { child, output, ended }
}

describe('wait --for restarted', () => {
  it('ends with the first report of another boot', WAIT, async () => {
    const server = await addServer('web-03', flagged)
    const { output, ended } = await waiting(['web-03', '--for', 'restarted'])
    restarted(server)
    server.report.clearFlag()
    await report(server)

    expect(await ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^web-03: /) as string })
    expect(output.stderr).toBe('Waiting 10 min at most for web-03 to be restarted.\n')
  })

  it('does not take a report of the same boot for one', WAIT, async () => {
    const server = await addServer('web-03', flagged)
    const { ended } = await waiting(['web-03', '--for', 'restarted', '--timeout', '2s'])
    server.report.clearFlag()
    await report(server)
    const { code, stdout, stderr } = await ended

    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr).toContain('web-03 was not restarted within 2 s. It is current: ')
  })

  it('counts a restart that was before it began with --since', async () => {
    await addServer('web-03')
    // The test's hosts have been up for an hour when they report first.
    expect(await overdue.run(['wait', 'web-03', '--for', 'restarted', '--since', '2h'])).toMatchObject({ code: 0 })
    expect(
      await overdue.run(['wait', 'web-03', '--for', 'restarted', '--since', '10m', '--timeout', '0s']),
    ).toMatchObject({ code: 6 })
    expect(await overdue.run(['wait', 'web-03', '--for', 'restarted', '--since', '2026-01-01'])).toMatchObject({
      code: 0,
    })
  })

  it('goes on when the connection breaks off', WAIT, async () => {
    const server = await addServer('web-03')
    const { output, ended } = await waiting(['web-03', '--for', 'restarted'])
    await until('its stream is open', () => openStreams() > 0, 30_000)
    collector.app.server.closeAllConnections()
    await until('it noticed', () => output.stderr.includes('Trying again'), 30_000)
    restarted(server)
    await report(server)

    expect((await ended).code).toBe(0)
  })
})

describe('wait --for cleared', () => {
  it('is over at once where nothing is pending', async () => {
    await addServer('web-03')
    const { code, stdout, stderr } = await overdue.run(['wait', 'web-03', '--for', 'cleared', '--json'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(json(stdout)).toMatchObject({ name: 'web-03', state: 'ok' })
  })

  it('ends when the flag is gone', WAIT, async () => {
    const server = await addServer('web-03', flagged)
    const { ended } = await waiting(['web-03', '--for', 'cleared'])
    server.report.clearFlag()
    await report(server)

    expect((await ended).code).toBe(0)
  })

  it('says what it is like when the time is over', WAIT, async () => {
    await addServer('web-03', flagged)
    const { code, stderr } = await overdue.run(['wait', 'web-03', '--for', 'cleared', '--timeout', '1s'])

    expect(code).toBe(6)
    expect(stderr).toContain('web-03 was not cleared within 1 s. It is current: Restart required')
  })
})

describe('wait --for reported', () => {
  it('ends with a heartbeat, which is no event', WAIT, async () => {
    const server = await addServer('web-03')
    const { ended } = await waiting(['web-03', '--for', 'reported'])
    collector.clock.step(1_000)
    await collector.post(paths.report(), server.credential, server.report.heartbeat())

    expect((await ended).code).toBe(0)
  })

  it('is not satisfied by what came before', async () => {
    await addServer('web-03')

    expect(await overdue.run(['wait', 'web-03', '--for', 'reported', '--timeout', '1s'])).toMatchObject({ code: 6 })
  })
})

describe('wait that ends otherwise', () => {
  it('says so when the server is removed', WAIT, async () => {
    const server = await addServer('web-03')
    const { ended } = await waiting(['web-03', '--for', 'restarted'])
    await collector.app.inject({
      method: 'DELETE',
      url: paths.server(server.id),
      headers: { authorization: `Bearer ${token}` },
    })

    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('web-03 was removed.') as string })
  })

  it('ends when its token is revoked', WAIT, async () => {
    const id = 'shortlived'
    const server = await addServer('web-03')
    const mine = OverdueProgram.asking(url, collector.createToken('reader', { id }))
    const { ended } = await waiting([server.id, '--for', 'restarted'], mine)
    const at = collector.clock.now()
    const audit = { at, actor: 'test', action: 'token.revoke', subject: id, detail: {} }
    collector.ctx.store.revokeToken(id, at, audit)

    expect((await ended).code).toBe(4)
  })

  it('is interrupted', WAIT, async () => {
    await addServer('web-03')
    const { child, ended } = await waiting(['web-03', '--for', 'restarted'])
    child.kill('SIGINT')

    expect((await ended).code).toBe(130)
  })

  it('has a code for a collector that is away', async () => {
    await addServer('web-03')
    await collector.app.close()

    expect(await overdue.run(['wait', 'web-03', '--for', 'cleared'])).toMatchObject({ code: 5, stdout: '' })
  })

  it.each([
    [[], 'Say which'],
    [['web-03'], 'Say what for'],
    [['web-03', '--for', 'restart'], 'did you mean "restarted"'],
    [['web-03', '--for', 'cleared', '--since', '2m'], '--since is for restarted'],
    [['web-03', '--for', 'restarted', '--since', 'noon'], 'such as 2m'],
    [['web-03', '--for', 'restarted', '--timeout', 'soon'], 'such as 90s'],
  ])('is a wrong command line: %j', async (args, told) => {
    const { code, stdout, stderr } = await overdue.run(['wait', ...args])

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(told)
  })

  it('knows no such server', async () => {
    expect(await overdue.run(['wait', 'web-99', '--for', 'cleared'])).toMatchObject({ code: 1 })
  })
})

function openStreams(): number {
  return collector.ctx.live.size
}

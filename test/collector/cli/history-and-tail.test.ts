import { describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { OverdueProgram } from '../../support/overdue-program.ts'
import { until } from '../../support/until.ts'
import { addServer, askACollector, collector, flagged, json, overdue, report, url } from './collector-rig.ts'

askACollector()

/** Followed over a connection that breaks and comes back, on a machine that does other things, too. */
const WAIT = { timeout: 120_000 }

describe('history and tail', () => {
  it('tells what happened, the newest first', async () => {
    const server = await addServer('web-03')
    flagged(server)
    await report(server)
    const { code, stdout } = await overdue.run(['history'])
    const plain = await overdue.run(['history', '--plain', '--limit', '1'])

    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.slice(22).split(/ +/)[0])).toEqual([
      'restart-required',
      'registered',
      '',
    ])
    expect(plain.stdout.split('\t').slice(1, 4)).toEqual(['restart-required', server.id, 'web-03'])
  })

  it('asks for one server by its name', async () => {
    await addServer('a')
    await addServer('b')
    const { items } = json((await overdue.run(['history', '--server', 'b', '--json'])).stdout)

    expect(items).toMatchObject([{ type: 'registered', serverName: 'b' }])
  })

  it.each([
    [['history', '--type', 'rebooted'], 'there is no "rebooted"'],
    [['history', '--since', 'yesterday'], '--since yesterday'],
  ])('refuses %j', async (args, fix) => {
    const { code, stderr } = await overdue.run(args)

    expect(code).toBe(2)
    expect(stderr).toContain(fix)
  })

  it('follows, and after an interruption tells what was missed', WAIT, async () => {
    const server = await addServer('web-03')
    const { child, output, ended } = overdue.start(['tail', '--json'])
    await until('it follows', () => output.stderr.includes('Ctrl-C ends this'), 30_000)
    flagged(server)
    await report(server)
    await until('the flag', () => output.stdout.includes('restart-required'), 30_000)
    collector.app.server.closeAllConnections()
    server.report.clearFlag()
    await report(server)
    await until('what was missed', () => output.stdout.includes('restart-cleared'), 30_000)
    child.kill('SIGINT')
    const { code, stdout } = await ended

    expect(code).toBe(130)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => json(line)['type']),
    ).toEqual(['restart-required', 'restart-cleared'])
  })
})

describe('tail', () => {
  it('goes on when one question breaks off', WAIT, async () => {
    let isBroken = true
    collector.app.server.prependListener('request', ({ url: asked, socket }) => {
      if (!isBroken || !following || asked?.startsWith(paths.history()) !== true) return
      isBroken = false
      socket.destroy()
    })
    let following = false
    const server = await addServer('web-03')
    const { child, output, ended } = overdue.start(['tail'])
    await until('it follows', () => output.stderr.includes('Ctrl-C ends this'), 30_000)
    following = true
    flagged(server)
    await report(server)
    await until('the flag', () => output.stdout.includes('restart-required'), 30_000)
    child.kill('SIGINT')

    expect((await ended).code).toBe(130)
    expect(isBroken).toBe(false)
    expect(output.stderr).toMatch(/Cannot reach .* Asking again in 2 s\./)
  })

  it('ends when its token is revoked', WAIT, async () => {
    const id = 'shortlived'
    const mine = OverdueProgram.asking(url, collector.createToken('reader', { id }))
    const { output, ended } = mine.start(['tail'])
    await until('it follows', () => output.stderr.includes('Ctrl-C ends this'), 30_000)
    const now = collector.clock.now()
    collector.ctx.store.revokeToken(id, now, {
      at: now,
      actor: 'test',
      action: 'token.revoke',
      subject: id,
      detail: {},
    })
    await addServer('web-03')

    expect((await ended).code).toBe(4)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetSilent } from '../../../collector/sweep/forgetter.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let collector: TestCollector
beforeEach(() => (collector = new TestCollector()))
afterEach(() => collector.close())

const send = (server: TestServer) => collector.post(paths.report(), server.credential, server.report.whole())

/** Time goes by with the collector awake, as its sweep would tell the guard. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 9_000) {
    collector.clock.step(Math.min(9_000, left))
    collector.ctx.blind.tick()
  }
}

describe('forgetting', () => {
  it('removes a server that was silent for longer than policy allows, and not a moment earlier', async () => {
    const server = await collector.enroll('web-1')
    await send(server)
    pass(14 * DAY)

    expect(await forgetSilent(collector.ctx)).toBe(0)
    pass(1)
    expect(await forgetSilent(collector.ctx)).toBe(1)

    expect(collector.ctx.projection.inOrder()).toEqual([])
    expect(collector.ctx.store.history({ limit: 1 })).toMatchObject([
      { type: 'removed', serverName: 'web-1', data: { cause: 'silent', actor: 'policy:forgetSilentAfter' } },
    ])
    expect(collector.ctx.store.audit(1)).toMatchObject([{ action: 'server.remove', subject: server.id }])
    expect((await send(server)).statusCode).toBe(410)
  })

  it('removes servers of an ephemeral key after an hour of silence, also one that never reported', async () => {
    const key = collector.createJoinKey({ ephemeral: true })
    await send(await collector.enroll('build-1', key))
    await collector.enroll('build-2', key)
    await send(await collector.enroll('web-1'))
    pass(HOUR + 1)

    expect(await forgetSilent(collector.ctx)).toBe(2)
    expect(collector.ctx.projection.inOrder().map(({ enrolledName }) => enrolledName)).toEqual(['web-1'])
  })

  it('waits for those who may have been away no longer than the collector itself', async () => {
    const server = await collector.enroll('web-1')
    await send(server)
    collector.clock.step(20 * DAY)
    collector.ctx.blind.tick()
    pass(19 * MINUTE)

    expect(await forgetSilent(collector.ctx)).toBe(0)
    pass(2 * MINUTE)
    expect(await forgetSilent(collector.ctx)).toBe(1)
  })

  it('leaves alone who is heard, and two copies that fight', async () => {
    const server = await collector.enroll('web-1')
    const copies = await collector.enroll('web-2')
    await collector.ctx.store.transact((tx) => {
      const record = tx.server(copies.id)
      if (record !== null) tx.putServer({ ...record, lifecycle: 'conflict' }, [], collector.clock.now())
    })
    pass(20 * DAY)
    await send(server)

    expect(await forgetSilent(collector.ctx)).toBe(0)
  })

  it('gives a server that was approved after a long conflict the time to report', async () => {
    const copies = await collector.enroll('web-2')
    await collector.ctx.store.transact((tx) => {
      const record = tx.server(copies.id)
      if (record !== null) tx.putServer({ ...record, lifecycle: 'conflict' }, [], collector.clock.now())
    })
    pass(20 * DAY)
    await collector.post(paths.serverApproval(copies.id), collector.createToken('operator'), {})

    expect(await forgetSilent(collector.ctx)).toBe(0)
    pass(20 * DAY)
    expect(await forgetSilent(collector.ctx)).toBe(1)
  })
})

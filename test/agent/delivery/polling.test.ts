// The report loop, the transport and the collector as they are, over loopback: a heartbeat whose answer is held.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { OutboxEntry } from '../../../agent/delivery/outbox.ts'
import { ReportLoop } from '../../../agent/delivery/report-loop.ts'
import type { Ask } from '../../../agent/delivery/send-result.ts'
import { createTransport, type Transport } from '../../../agent/delivery/transport.ts'
import { BOOT, reading } from '../../support/section-readings.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

const HOLD_MS = 57_000
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

let collector: TestCollector
let server: TestServer
let url: string
let connections: Socket[]
beforeEach(async () => {
  collector = new TestCollector()
  onTestFinished(() => collector.close())
  server = await collector.enroll('web-1')
  connections = []
  collector.app.server.on('connection', (socket: Socket) => connections.push(socket))
  url = await collector.listen()
})

const parked = () => until('a poll is parked', () => collector.ctx.polls.isParked(server.id))
const open = () => connections.filter(({ destroyed }) => !destroyed).length
const stateNow = () => collector.ctx.projection.get(server.id)?.verdict.state

function transportTo(target: string): Transport {
  const options = { url: target, secureContext: null, credential: () => server.credential, nowMs: () => 0 }
  const transport = createTransport(options)
  onTestFinished(() => transport.close())
  return transport
}

/** What the host looks like now. */
function newest(): OutboxEntry {
  const { state } = server.report
  const sections = Object.fromEntries(Object.entries(state).map(([name, section]) => [name, reading(section)]))
  return { boot: BOOT, keptAtMs: 0, snapshot: { takenAtUptimeMs: 1_000, sections } }
}

/** An agent that reports until the test is over. */
function startAgent() {
  const asks: Ask[] = []
  const standings: string[] = []
  const stop = new AbortController()
  const loop = new ReportLoop(
    {
      newest,
      transport: transportTo(url),
      keyring: { announcement: () => null, afterAnswer: () => Promise.resolve(false) },
      log: SILENT,
      onStatus: ({ standing }) => standings.push(standing),
      onAsk: (ask) => asks.push(ask),
      uptimeMs: () => performance.now(),
      nowMs: () => 0,
      steadyMs: () => performance.now(),
      random: () => 0,
    },
    { backoffMaxMs: 1_000, heartbeatMs: null, spread: 0 },
  )
  const ended = loop.run(stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await ended
  })
  return { loop, asks, standings, stop, ended }
}

describe('an agent at rest', () => {
  it('reports, and then waits at the collector over the same connection', async () => {
    startAgent()
    await parked()
    collector.clock.step(HOLD_MS)
    collector.ctx.polls.tick()
    await until('the next poll is parked', () => collector.ctx.polls.isParked(server.id))

    expect(stateNow()).toBe('ok')
    expect(connections).toHaveLength(1)
  })

  it('lets a change pass by its poll, and keeps one connection in the end', async () => {
    const { loop } = startAgent()
    await parked()
    server.report.raiseFlag(['libssl3'])
    loop.wake()
    await until('the flag is known', () => stateNow() === 'restart-required')
    await parked()

    expect(connections).toHaveLength(2)
    await until('the second connection is closed', () => open() === 1)
    expect(collector.ctx.polls.isParked(server.id)).toBe(true)
  })

  it('hears an ask at once, and its answer settles it', async () => {
    const { loop, asks } = startAgent()
    await parked()
    const answered = Promise.withResolvers<void>()
    const { id } = collector.ctx.asks.ask(server.id, { scan: true }, answered.resolve)
    await until('the ask is heard', () => asks.length > 0)
    expect(asks).toEqual([{ id, scan: true }])
    loop.request({ freshAsOfMs: 1, reason: null, answers: id })
    await answered.promise

    await parked()
    expect(connections).toHaveLength(1)
  })

  it('that is stopped leaves its poll behind for no moment', async () => {
    const { stop, ended } = startAgent()
    await parked()
    stop.abort()
    await ended

    await until('the poll is dropped', () => !collector.ctx.polls.isConnected(server.id))
    expect(collector.ctx.polls.size).toBe(0)
  })

  it('stops when the collector says that the server was removed, while it waits', async () => {
    const { standings } = startAgent()
    await parked()
    const token = collector.createToken('operator')
    await collector.app.inject({
      method: 'DELETE',
      url: `/api/v1/servers/${server.id}`,
      headers: { authorization: `Bearer ${token}` },
    })

    await until('the agent knows', () => standings.at(-1) === 'revoked')
    expect(collector.ctx.polls.size).toBe(0)
  })
})

describe('a proxy that cuts idle connections', () => {
  it('cuts the poll, which is told apart from a collector that is not there', async () => {
    const proxy = await cutting(1_100)
    const transport = transportTo(proxy)
    const signal = new AbortController().signal
    await transport.send(server.report.whole(), signal)

    const cut = await transport.send(server.report.heartbeat(), signal, HOLD_MS)
    expect(cut).toEqual({ kind: 'cut', afterMs: expect.any(Number) as number })
    expect(cut.kind === 'cut' && cut.afterMs).toBeGreaterThanOrEqual(1_000)

    await collector.app.close()
    expect(await transport.send(server.report.heartbeat(), signal, HOLD_MS)).toMatchObject({ kind: 'retry-later' })
  })
})

/** Cuts each connection on which nothing moved for `idleMs`; its URL. */
async function cutting(idleMs: number): Promise<string> {
  const sockets: Socket[] = []
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1')
    sockets.push(near, far)
    const cut = (): void => {
      near.destroy()
      far.destroy()
    }
    near.setTimeout(idleMs, cut).on('error', cut).on('close', cut).pipe(far)
    far.on('error', cut).on('close', cut).pipe(near)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

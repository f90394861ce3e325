// A fleet that has nothing to say says so cheaply: what a day of heartbeats weighs, agent and collector as they are.
import type { Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { startHold, holdToAskMs } from '../../../agent/delivery/hold.ts'
import { createTransport } from '../../../agent/delivery/transport.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { TestCollector } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

const DAY_MS = 86_400_000
const BYTES_A_DAY_MAX = 930_000
/** A name that is longer than the address of this test. */
const LONGER_NAME_BYTES = 'collector.example.org:8443'.length - '127.0.0.1:12345'.length
/** The collector takes up to three hundredths off each hold, by chance. */
const HELD_PART_ON_AVERAGE = 0.985
/** An uptime of a year has as many digits as it gets; numbers follow it. */
const YEAR_MS = 365 * DAY_MS

it('a day of polls is less than 0.93 MB of HTTP, for the server that sends them most often', async () => {
  const collector = new TestCollector()
  onTestFinished(() => collector.close())
  const url = await collector.listen()
  const sockets: Socket[] = []
  collector.app.server.on('connection', (socket) => sockets.push(socket))
  const server = await collector.enroll('web-1')
  await collector.post(paths.report(), server.credential, server.report.whole({ seq: YEAR_MS, uptimeMs: YEAR_MS }))
  const transport = createTransport({ url, secureContext: null, credential: () => server.credential, nowMs: () => 0 })
  onTestFinished(() => transport.close())
  const holdMs = holdToAskMs(startHold(), null, 0.999_999)
  let seq = YEAR_MS
  const poll = async () => {
    seq += holdMs
    const report = { ...server.report.heartbeat(), seq, uptimeMs: seq }
    const answer = transport.send(report, new AbortController().signal, holdMs)
    await until('the poll is parked', () => collector.ctx.polls.size === 1)
    collector.clock.step(holdMs)
    collector.ctx.polls.tick()
    return await answer
  }

  expect(await poll()).toMatchObject({ kind: 'accepted', want: [], held: true })
  expect(await poll()).toMatchObject({ kind: 'accepted', want: [], held: true })

  const [socket] = sockets
  expect(sockets).toHaveLength(1)
  const bytes = ((socket?.bytesRead ?? 0) + (socket?.bytesWritten ?? 0)) / 2 + LONGER_NAME_BYTES
  const perDay = DAY_MS / (holdMs * HELD_PART_ON_AVERAGE)
  expect(bytes * perDay).toBeLessThanOrEqual(BYTES_A_DAY_MAX)
  expect(bytes).toBeGreaterThan(400)
})

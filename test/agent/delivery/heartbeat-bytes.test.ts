// A fleet that has nothing to say says so cheaply: what a day of heartbeats weighs, agent and collector as they are.
import type { Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { heartbeatMs, startDelivery } from '../../../agent/delivery/delivery.ts'
import { createTransport } from '../../../agent/delivery/transport.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { TestCollector } from '../../support/test-collector.ts'

const DAY_MS = 86_400_000
const BYTES_A_DAY_MAX = 900_000
/** A name that is longer than the address of this test. */
const LONGER_NAME_BYTES = 'collector.example.org:8443'.length - '127.0.0.1:12345'.length

it('a day of heartbeats is less than 0.9 MB of HTTP, for the server that sends them most often', async () => {
  const collector = new TestCollector()
  onTestFinished(() => collector.close())
  const url = await collector.listen()
  const sockets: Socket[] = []
  collector.app.server.on('connection', (socket) => sockets.push(socket))
  const server = await collector.enroll('web-1')
  await collector.post(paths.report(), server.credential, server.report.whole())
  const transport = createTransport({ url, secureContext: null, credential: () => server.credential, nowMs: () => 0 })
  onTestFinished(() => transport.close())
  const beat = () => transport.send(server.report.heartbeat(), new AbortController().signal)

  expect(await beat()).toMatchObject({ kind: 'accepted', want: [] })
  expect(await beat()).toMatchObject({ kind: 'accepted', want: [] })

  const [socket] = sockets
  expect(sockets).toHaveLength(1)
  const bytes = ((socket?.bytesRead ?? 0) + (socket?.bytesWritten ?? 0)) / 2 + LONGER_NAME_BYTES
  const perDay = DAY_MS / heartbeatMs(startDelivery('1'.repeat(32)), null, 1)
  expect(bytes * perDay).toBeLessThanOrEqual(BYTES_A_DAY_MAX)
  expect(bytes).toBeGreaterThan(400)
})

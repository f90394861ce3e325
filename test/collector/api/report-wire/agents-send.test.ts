// The agent's own way of sending is what is read beside the library: else it would be for nobody.
import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTransport } from '../../../../agent/delivery/transport.ts'
import { readRequest, type ReadResult } from '../../../../collector/api/report-wire/read-request.ts'
import type { Report } from '../../../../shared/protocol/report.ts'
import { fullReport } from '../../../support/full-report.ts'
import { ReportBuilder } from '../../../support/report-builder.ts'

const ACCEPTED = JSON.stringify({ seq: 1, epoch: 'e', want: [], nextInMs: 60_000 })

/** What the first request of an agent is, as the collector reads it; each is answered. */
async function readOf(report: Report, waitMs?: number): Promise<ReadResult> {
  let bytes = Buffer.alloc(0)
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      if (readRequest(bytes).kind === 'reading') return
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${ACCEPTED.length}\r\n\r\n${ACCEPTED}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const transport = createTransport({
    url: `http://127.0.0.1:${port}`,
    secureContext: null,
    credential: () => `ovds_s1_${'x'.repeat(43)}`,
    nowMs: () => 0,
  })
  onTestFinished(() => transport.close())
  await transport.send(report, AbortSignal.timeout(10_000), waitMs)
  return readRequest(bytes)
}

describe('what agents send', () => {
  it('is read, a heartbeat that waits as well as a whole report', async () => {
    const heartbeat = await readOf(new ReportBuilder('web-01').heartbeat(), 57_000)
    const whole = await readOf(fullReport(new ReportBuilder('web-01')))

    expect(heartbeat).toMatchObject({ kind: 'request', headers: { prefer: 'wait=57' } })
    expect(whole).toMatchObject({ kind: 'request' })
  })
})

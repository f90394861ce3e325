// Lists and summary of a large fleet over HTTP, one request after the other on a kept connection.
// The floor is a bare server of the same runtime that answers the same bytes.
import http from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '../local/collector.ts'
import { BUNDLED } from '../local/programs.ts'
import { line, percentile, type BenchLine, type BenchSize } from './bench-line.ts'
import { processCost } from './process-cost.ts'
import { seedFleet } from './seed-fleet.ts'

const SERVERS = 10_000
const REQUESTS = { full: 400, quick: 100 } as const
const MEGABYTE = 1024 * 1024

export async function benchLists(size: BenchSize): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-lists-'))
  await seedFleet(join(folder, 'collector'), SERVERS)
  const startedAt = performance.now()
  const collector = await startCollector(BUNDLED, folder, 0, () => {})
  const readyMs = performance.now() - startedAt
  try {
    const authorization = `Bearer ${collector.token}`
    const list = await measure(`${collector.url}/api/v1/servers?limit=100`, authorization, REQUESTS[size])
    const summary = await measure(`${collector.url}/api/v1/summary`, authorization, REQUESTS[size])
    const listFloor = await bareServer(list.body, REQUESTS[size])
    const summaryFloor = await bareServer(summary.body, REQUESTS[size])
    return [
      line(`list, 100 of ${SERVERS} servers, p95`, list.p95, 'ms', '<= 20', list.p95 <= 20, listFloor),
      line(`summary of ${SERVERS} servers, p95`, summary.p95, 'ms', '<= 10', summary.p95 <= 10, summaryFloor),
      line(`collector start to ready, ${SERVERS} servers`, readyMs, 'ms', '< 1000', readyMs < 1000),
      line('one server in a list', list.body.length / 100 / 1024, 'KB', '<= 2', list.body.length / 100 <= 2048),
      line(
        `collector with ${SERVERS} servers, RSS`,
        processCost(collector.process.pid() ?? 0).rssBytes / MEGABYTE,
        'MB',
        'stated',
        true,
      ),
    ]
  } finally {
    await collector.process.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(url: string, authorization: string, count: number): Promise<{ p95: number; body: Buffer }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const samples: number[] = []
  let body: Buffer = Buffer.alloc(0)
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now()
    body = await get(url, authorization, agent)
    samples.push(performance.now() - startedAt)
  }
  agent.destroy()
  return { p95: percentile(samples, 95), body }
}

function get(url: string, authorization: string, agent: http.Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers: { authorization } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(chunks))
        else reject(new Error(`${url} answered ${answer.statusCode}`))
      })
    })
    request.on('error', reject)
  })
}

async function bareServer(body: Buffer, count: number): Promise<number> {
  const server = http.createServer((_request, answer) => answer.end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { p95 } = await measure(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, '', count)
  server.close()
  return p95
}

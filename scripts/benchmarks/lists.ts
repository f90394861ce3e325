// Lists, queries and the summary of a large fleet over HTTP, one request after the other on a kept connection.
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

/** Budgets in ms, by number of servers. */
const FLEETS = [
  { servers: 10_000, listMs: 20, startMs: 1_000, requests: { full: 400, quick: 100 } },
  { servers: 100_000, listMs: 100, startMs: 10_000, requests: { full: 200, quick: 50 } },
] as const
const SUMMARY_MS = 10
const MEGABYTE = 1024 * 1024

/** What people ask, and what costs most: every server is looked at, by all terms. */
const QUERIES = {
  list: '',
  'list, one term': 'state:restart-required',
  'list, every kind of term': '-tag:canary silent:<9d -os:"Ubuntu 24.04" -kernel:5.* -pkg:nginx* -app:mail,ci example',
} as const

export async function benchLists(size: BenchSize): Promise<BenchLine[]> {
  const lines: BenchLine[] = []
  for (const fleet of FLEETS) lines.push(...(await benchFleet(fleet, fleet.requests[size])))
  return lines
}

async function benchFleet(fleet: (typeof FLEETS)[number], requests: number): Promise<BenchLine[]> {
  const { servers, startMs } = fleet
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-lists-'))
  await seedFleet(join(folder, 'collector'), servers)
  const collector = await startCollector(BUNDLED, folder, 0, () => {})
  const { readyMs } = collector
  try {
    const lines = await benchRequests(fleet, requests, collector.url, `Bearer ${collector.token}`)
    const rss = processCost(collector.process.pid() ?? 0).rssBytes / MEGABYTE
    return [
      ...lines,
      line(`collector start to ready, ${servers} servers`, readyMs, 'ms', `< ${startMs}`, readyMs < startMs),
      line(`collector with ${servers} servers, RSS`, rss, 'MB', 'stated', true),
    ]
  } finally {
    await collector.process.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function benchRequests(
  { servers, listMs }: (typeof FLEETS)[number],
  requests: number,
  url: string,
  authorization: string,
): Promise<BenchLine[]> {
  const lines: BenchLine[] = []
  const add = async (name: string, path: string, budgetMs: number) => {
    const { p95, body } = await measure(`${url}${path}`, authorization, requests)
    const floor = await bareServer(body, requests)
    lines.push(line(`${name}, ${servers} servers, p95`, p95, 'ms', `<= ${budgetMs}`, p95 <= budgetMs, floor))
    return body
  }
  for (const [name, q] of Object.entries(QUERIES)) {
    const body = await add(name, `/api/v1/servers?${new URLSearchParams({ q, limit: '100' }).toString()}`, listMs)
    if (q === '')
      lines.push(line('one server in a list', body.length / 100 / 1024, 'KB', '<= 2', body.length / 100 <= 2048))
  }
  await add('list with facets', '/api/v1/servers?limit=100&facets=1', listMs)
  await add('applications', '/api/v1/applications', listMs)
  await add('summary', '/api/v1/summary', SUMMARY_MS)
  return lines
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

// GET /metrics over HTTP: what Prometheus would read.
import { spawnSync } from 'node:child_process'
import { beforeEach, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { PER_SERVER_AUTO_MAX } from '../../../collector/metrics/metrics.ts'
import { SERVER_FAMILIES } from '../../../collector/metrics/server-families.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { serverRecord, type ServerSeed } from '../../support/believable-fleet.ts'
import { TestCollector } from '../../support/test-collector.ts'

const DAY_MS = 86_400_000

let collector: TestCollector
beforeEach(() => {
  collector = new TestCollector()
  return () => collector.close()
})

async function scrape(from = collector): Promise<string> {
  const answer = await from.get(paths.metrics(), from.createToken('reader'))
  expect(answer.statusCode).toBe(200)
  return answer.body
}

async function put(record: ServerRecord, into = collector): Promise<void> {
  await into.ctx.store.transact((tx) => tx.putServer(record, [], into.clock.now()))
}

const recordOf = (seed: ServerSeed, change: Partial<ServerRecord> = {}): ServerRecord => ({
  ...serverRecord(seed, collector.clock.now()),
  ...change,
})

const linesOf = (text: string, name: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))

describe('the metrics', () => {
  it('are served as the text format 0.0.4 and never cached', async () => {
    const answer = await collector.get(paths.metrics(), collector.createToken('reader'))

    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body.endsWith('\n')).toBe(true)
  })

  it('count the fleet by state, reporting, exposure and reason, with zeroes for what is not there', async () => {
    await put(recordOf({ name: 'a', flag: ['libc6'], pendingMs: 40 * DAY_MS, exposure: 'exposed' }))
    await put(recordOf({ name: 'b' }))
    await put(recordOf({ name: 'c', flag: 'unreadable' }))
    await put(recordOf({ name: 'd', lifecycle: 'pending-approval' }))

    const text = await scrape()

    expect(linesOf(text, 'overdue_servers')).toEqual([
      'overdue_servers{state="ok"} 1',
      'overdue_servers{state="deferrable"} 0',
      'overdue_servers{state="restart-required"} 1',
      'overdue_servers{state="unknown"} 1',
    ])
    expect(linesOf(text, 'overdue_servers_reporting')).toContain('overdue_servers_reporting{reporting="current"} 3')
    expect(linesOf(text, 'overdue_servers_exposed')).toContain('overdue_servers_exposed{state="restart-required"} 1')
    expect(linesOf(text, 'overdue_servers_promoted')).toEqual([
      'overdue_servers_promoted{reason="exposed"} 1',
      'overdue_servers_promoted{reason="stale"} 1',
      'overdue_servers_promoted{reason="silent"} 0',
    ])
  })

  it('tell of each server what is known, and leave out what is not', async () => {
    const now = collector.clock.now()
    const pending = { flag: ['libc6'], pendingMs: DAY_MS, exposure: 'exposed' as const }
    await put(recordOf({ name: 'web-1', application: 'shop', environment: 'prod', ...pending }))
    await put(recordOf({ name: 'web-2', flag: 'unreadable' }))

    const text = await scrape()
    const web1 = '{server="web-1",app="shop",env="prod"}'

    expect(text).toContain(`overdue_server_reboot_required${web1} 1\n`)
    expect(text).toContain(`overdue_server_reboot_required_since_timestamp_seconds${web1} ${(now - DAY_MS) / 1000}\n`)
    expect(text).toContain(`overdue_server_restart_deadline_timestamp_seconds${web1} ${(now + 13 * DAY_MS) / 1000}\n`)
    expect(text).toContain(`overdue_server_exposed${web1} 1\n`)
    expect(text).toContain(`overdue_server_last_report_timestamp_seconds${web1} ${(now - 8_000) / 1000}\n`)
    expect(text).toMatch(/overdue_server_info\{server="web-1",.*os="Debian GNU\/Linux 12 \(bookworm\)",kernel="6\.1\.0/)
    expect(linesOf(text, 'overdue_server_reboot_required')).toHaveLength(1)
    expect(linesOf(text, 'overdue_server_exposed')).toHaveLength(1)
    expect(linesOf(text, 'overdue_server_info')).toHaveLength(2)
  })

  it('make at most twelve series a server', () => {
    expect(SERVER_FAMILIES.length).toBeLessThanOrEqual(12)
  })

  it('escape what people chose as names', async () => {
    await put(recordOf({ name: 'a"b\\c\nd{}', application: 'x"} 1\noverdue_servers{state="ok"} 99\n#' }))

    const text = await scrape()

    expect(text).toContain(String.raw`server="a\"b\\c\nd{}"`)
    expect(linesOf(text, 'overdue_servers')).toHaveLength(4)
    expect(linesOf(text, 'overdue_server_info')).toHaveLength(1)
  })

  it('never make one series twice, when two servers share a name', async () => {
    const now = collector.clock.now()
    await put(recordOf({ name: 'web', id: `s${'b'.repeat(26)}` }, { createdAt: now - 1, credentialHash: 'first' }))
    await put(recordOf({ name: 'web', id: `s${'a'.repeat(26)}` }, { createdAt: now, credentialHash: 'second' }))

    const names = linesOf(await scrape(), 'overdue_server_info').map((line) => /server="([^"]*)"/.exec(line)?.[1])

    expect(names.map(String).toSorted()).toEqual(['web', `web (s${'a'.repeat(26)})`])
  })

  it('keep the lines of one family together over many servers', async () => {
    for (let i = 0; i < 1_200; i++) await put(recordOf({ name: `n-${i}` }, { id: `s${i}`, credentialHash: `h${i}` }))

    const lines = (await scrape()).trimEnd().split('\n')
    const heads = lines.filter((line) => line.startsWith('# TYPE overdue_server_info'))
    const places = lines.flatMap((line, at) => (line.startsWith('overdue_server_info{') ? [at] : []))

    expect(heads).toHaveLength(1)
    expect(places).toHaveLength(1_200)
    expect((places.at(-1) ?? 0) - (places[0] ?? 0)).toBe(1_199)
  })

  it.each([
    [true, 1],
    [false, 0],
    ['auto' as const, 1],
  ])('of single servers are there with perServer = %s: %i', async (perServer, count) => {
    const other = new TestCollector({ config: { metrics: { perServer } } })
    await put(recordOf({ name: 'one' }), other)

    expect(linesOf(await scrape(other), 'overdue_server_info')).toHaveLength(count)
    await other.close()
  })

  it('leave single servers out of a large fleet by themselves, and keep its counts', { timeout: 60_000 }, async () => {
    const record = recordOf({ name: 'many' })
    const many = Array.from({ length: 10_000 }, (_, at) => ({ ...record, id: `s${at}`, credentialHash: `h${at}` }))
    await collector.ctx.store.transact((tx) => {
      for (const one of many) tx.putServer(one, [], collector.clock.now())
    })
    const before = linesOf(await scrape(), 'overdue_server_info')
    await put({ ...record, id: 'one-more', credentialHash: 'one-more' })
    const after = await scrape()

    expect([PER_SERVER_AUTO_MAX, before.length]).toEqual([10_000, 10_000])
    expect(after.split('\n').filter((line) => line.startsWith('overdue_server_'))).toEqual([])
    expect(linesOf(after, 'overdue_servers')).toContain('overdue_servers{state="ok"} 10001')
  })

  it('count reports by what became of them', async () => {
    const server = await collector.enroll('web-1')
    await collector.post(paths.report(), server.credential, server.report.whole())
    await collector.post(paths.report(), server.credential, { proto: 1 })
    await collector.post(paths.report(), null, {})

    const text = await scrape()

    expect(linesOf(text, 'overdue_reports_total').toSorted()).toEqual([
      'overdue_reports_total{result="accepted"} 1',
      'overdue_reports_total{result="invalid-body"} 1',
      'overdue_reports_total{result="unauthenticated"} 1',
    ])
  })

  it('measure how long a need stood until the restart', async () => {
    const pending = recordOf({ name: 'web-1', flag: ['libc6'], pendingMs: 2 * DAY_MS + 1_000 })
    await put(pending)
    await scrape()
    const done = { ...recordOf({ name: 'web-1' }), id: pending.id }
    const cleared = { type: 'restart-cleared', cause: 'restarted', data: {} } as const
    await collector.ctx.store.transact((tx) => tx.putServer(done, [cleared], collector.clock.now()))

    const text = await scrape()

    expect(text).toContain('overdue_time_to_restart_seconds_bucket{le="172800"} 0\n')
    expect(text).toContain('overdue_time_to_restart_seconds_bucket{le="259200"} 1\n')
    expect(text).toContain(`overdue_time_to_restart_seconds_sum ${2 * 86_400 + 1}\n`)
  })

  it('do not count a flag that was taken away as a restart', async () => {
    const pending = recordOf({ name: 'web-1', flag: ['libc6'], pendingMs: DAY_MS })
    await put(pending)
    await scrape()
    const cleared = { type: 'restart-cleared', cause: 'flag-removed', data: {} } as const
    const done = { ...recordOf({ name: 'web-1' }), id: pending.id }
    await collector.ctx.store.transact((tx) => tx.putServer(done, [cleared], collector.clock.now()))

    expect(await scrape()).toContain('overdue_time_to_restart_seconds_count 0\n')
  })
})

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined

describe('promtool', () => {
  let text: string
  beforeEach(async () => {
    await put(recordOf({ name: 'web-1', flag: ['libc6'], pendingMs: DAY_MS, exposure: 'exposed' }))
    await put(recordOf({ name: 'odd "name"\n' }))
    text = await scrape()
  })

  it.skipIf(!hasPromtool)('reads the real output and finds nothing to say', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  })
})

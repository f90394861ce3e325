// The examples for Prometheus and Grafana, held against what the collector really serves.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { paths } from '../../shared/protocol/paths.ts'
import { serverRecord } from '../support/believable-fleet.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { TestCollector } from '../support/test-collector.ts'

const RULES = 'scripts/examples/prometheus-rules.yml'
const SCRAPE = 'scripts/examples/prometheus-scrape.yml'
const DASHBOARD = 'scripts/examples/grafana-dashboard.json'
const DOCS = 'docs/reference/metrics.md'

type Panel = { targets: { expr: string; datasource: { uid: string } }[] }
type Dashboard = { uid: string; panels: Panel[]; templating: { list: { name: string; type: string }[] } }

let served: Set<string>
let families: Set<string>
beforeAll(async () => {
  const collector = new TestCollector()
  const seed = { name: 'web-1', flag: ['libc6'], pendingMs: 1_000, exposure: 'exposed' as const }
  const now = collector.clock.now()
  const snooze = { until: now + 60_000, reason: 'after the sale', by: 'anna', at: now, covers: [] }
  const record = { ...serverRecord(seed, now), snooze }
  await collector.ctx.store.transact((tx) => tx.putServer(record, [], now))
  const text = (await collector.get(paths.metrics(), collector.createToken('reader'))).body
  await collector.close()
  served = new Set([...text.matchAll(/^(\w+)(?:\{| )/gm)].map(([, name = '']) => name))
  families = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name))
})

const metricsIn = (text: string): string[] => [...new Set(text.match(/\boverdue_[a-z_]+/g))]
const dashboard = () => JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard
const promtool = (...args: string[]) => spawnSync('promtool', args, { encoding: 'utf8' })
const hasPromtool = promtool('--version').error === undefined

describe('the alert rules', () => {
  it('name only metrics that exist', () => {
    expect(metricsIn(readFileSync(RULES, 'utf8')).filter((name) => !served.has(name))).toEqual([])
  })

  it.skipIf(!hasPromtool)('are rules', () => {
    const { status, stdout } = promtool('check', 'rules', RULES)

    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('7 rules found') as string })
  })

  it.skipIf(!hasPromtool)('fire when they should, and not otherwise', () => {
    const { status, stdout, stderr } = promtool('test', 'rules', 'test/scripts/prometheus/rules-test.yml')

    expect({ status, output: stdout + stderr }).toMatchObject({ status: 0 })
  })
})

describe('the scrape job', () => {
  it('asks where the metrics are', () => {
    expect(readFileSync(SCRAPE, 'utf8')).toContain(`metrics_path: ${paths.metrics()}\n`)
  })

  it.skipIf(!hasPromtool)('is a configuration of Prometheus', () => {
    expect(promtool('check', 'config', '--syntax-only', SCRAPE)).toMatchObject({ status: 0 })
  })
})

describe('the Grafana dashboard', () => {
  it('names only metrics that exist, and shows every family', () => {
    const used = metricsIn(readFileSync(DASHBOARD, 'utf8'))

    expect(used.filter((name) => !served.has(name))).toEqual([])
    expect(
      [...families].filter((family) => !used.some((name) => name.startsWith(family)) && !family.endsWith('_info')),
    ).toEqual([])
  })

  it('keeps its uid and asks which data source to use', () => {
    const { uid, panels, templating } = dashboard()

    expect(uid).toBe('overdue-fleet')
    expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' })
    for (const { datasource } of panels.flatMap(({ targets }) => targets))
      expect(datasource.uid).toMatch(/^\$\{datasource\}$/)
  })

  it.skipIf(!hasPromtool)('has queries that Prometheus can read', () => {
    const expressions = dashboard().panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    const rules = expressions.map((expr, at) => ({ record: `check:${at}`, expr: expr.replaceAll(/\$__\w+/g, '5m') }))
    const file = join(temporaryDirectory(), 'rules.yml')
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))

    const { status, stderr } = promtool('check', 'rules', file)

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

describe('docs/reference/metrics.md', () => {
  it('lists every family, and no other', () => {
    expect(families.size).toBeGreaterThan(10)
    const documented = [...readFileSync(DOCS, 'utf8').matchAll(/^\| `(overdue_\w+)/gm)].map(([, name = '']) => name)

    expect(documented.toSorted()).toEqual([...families].toSorted())
  })
})

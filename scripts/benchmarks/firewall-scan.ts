// The one-shot that judges the ports, over 20,000 rules and 60,000 elements of sets: as its unit runs it, first time and
// once more with nothing changed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { line, type BenchLine, type BenchSize } from './bench-line.ts'
import { FIREWALL_MIXES, writeFirewallHost } from './firewall-hosts.ts'

const CPU_SECONDS_MAX = 1.5
const MEGABYTE = 1024 * 1024
const RSS_MEGABYTES_MAX = 200
/** Of the unit, scripts/systemd/overdue-scan-firewall.service, and of the program's own script. */
const ENVIRONMENT = { NODE_OPTIONS: '--max-semi-space-size=8 --max-old-space-size=256', MALLOC_ARENA_MAX: '1' }

export async function benchFirewallScan(size: BenchSize): Promise<BenchLine[]> {
  const mixes = Object.entries(FIREWALL_MIXES).slice(size === 'quick' ? -1 : 0)
  return await Promise.resolve(mixes.flatMap(([name, ruleOf]) => measured(name, ruleOf)))
}

function measured(name: string, ruleOf: (at: number) => unknown[]): BenchLine[] {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-scan-'))
  try {
    writeFirewallHost(folder, ruleOf)
    const first = usual(() => scan(folder, { isFirst: true }))
    const again = usual(() => scan(folder, { isFirst: false }))
    const what = `scan firewall, 20,000 ${name}`
    return [
      ...cpuAndMemory(what, first, CPU_SECONDS_MAX),
      ...cpuAndMemory(`${what}, unchanged`, again, CPU_SECONDS_MAX / 3),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Cost = { cpuSeconds: number; rssBytes: number }

function cpuAndMemory(what: string, { cpuSeconds, rssBytes }: Cost, cpuMax: number): BenchLine[] {
  const rss = rssBytes / MEGABYTE
  return [
    line(`${what}: CPU`, cpuSeconds, 's', `< ${cpuMax}`, cpuSeconds < cpuMax),
    line(`${what}: RSS`, rss, 'MB', `< ${RSS_MEGABYTES_MAX}`, rss < RSS_MEGABYTES_MAX),
  ]
}

/** The middle one of three: one alone is as much the machine's mood as the program's. */
function usual(measure: () => Cost): Cost {
  const [, middle] = [measure(), measure(), measure()].toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}

/** Throws where it fails, or judged nothing. */
function scan(folder: string, { isFirst }: { isFirst: boolean }): Cost {
  const facts = join(folder, 'firewall.json')
  if (isFirst) rmSync(facts, { force: true })
  const preload = ['--require', './scripts/benchmarks/scan-preload.cjs']
  const argv = [...preload, 'dist/overdue-agent.cjs', 'scan', 'firewall', '--root', folder, '--out', facts]
  const { status, stderr, output } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  if (status !== 0) throw new Error(`scan firewall: ${stderr}`)
  const { rows } = JSON.parse(readFileSync(facts, 'utf8')) as { rows: { verdict: string }[] }
  if (rows.length < 400 || rows.some(({ verdict }) => verdict === 'unknown'))
    throw new Error('it did not judge the ports')
  return JSON.parse(output[3] ?? '') as Cost
}

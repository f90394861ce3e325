// How the pages feel with ten thousand servers, as a real browser measures it: first and largest content, what moves, the
// slowest answer to a key or a click, what has to be fetched, how soon a flag on a host is a row on the page, and what that
// costs the browser. Prints it beside the budget; exit code 1 when a line is over it. Needs chromium, and dist/ (npm run
// build) unless --unbuilt.
//   npm run prove:pages
//   npm run prove:pages -- --servers 1000 --samples 5 --unbuilt
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchBrowser } from '../../test/support/browser.ts'
import { percentile } from '../benchmarks/bench-line.ts'
import { seedFleet } from '../benchmarks/seed-fleet.ts'
import { createJoinKey, startCollector } from '../local/collector.ts'
import { BUNDLED, UNBUILT } from '../local/programs.ts'
import { startBusyFleet } from './pages/busy-fleet.ts'
import { flagToRow } from './pages/flag-to-row.ts'
import { signIn, slowestInteraction, type Vitals, vitalsOf } from './pages/page-vitals.ts'

const KB = 1_024
const MAX = {
  largestContentMs: 1_000,
  shift: 0,
  interactionMs: 100,
  script: 40 * KB,
  style: 12 * KB,
  rowMs: 300,
}
/** Changes a second, of other servers. */
const BUSY = 5
const PAGES = ['/', '/?page=100', '/?q=state:restart-required', '/apps/shop', '/history', '/settings/policy', '/help']

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '10000' },
    samples: { type: 'string', default: '30' },
    loads: { type: 'string', default: '7' },
    unbuilt: { type: 'boolean', default: false },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'overdue-prove-pages-'))
const programs = values.unbuilt ? UNBUILT : BUNDLED
let over = 0

await seedFleet(join(folder, 'collector'), Number(values.servers))
const collector = await startCollector(programs, folder, 0, () => {})
const browser = await launchBrowser()
try {
  const context = await signIn(browser, collector.url, collector.token)
  for (const path of PAGES) await tellOf(path)
  const { ms, interactions } = await slowestInteraction(context, `${collector.url}/`)
  tell(`slowest of ${interactions} events on the list`, `${ms} ms`, ms <= MAX.interactionMs, '<= 100 ms')
  const joinKey = createJoinKey(programs, folder)
  await tellOfChanges('quiet fleet')
  using _others = await startBusyFleet(collector.url, joinKey, BUSY)
  await tellOfChanges(`${BUSY} others change a second`)

  async function tellOfChanges(when: string): Promise<void> {
    const setting = { programs, collector, folder, joinKey, samples: Number(values.samples) }
    const { rowMs, cpuMs, shift } = await flagToRow(context, setting)
    tell(`flag -> row, ${when}, p50 / p95`, both(rowMs), percentile(rowMs, 95) <= MAX.rowMs, 'p95 <= 300 ms')
    tell('CPU of the page for it, p50 / p95', both(cpuMs), true, 'stated')
    tell('layout shift meanwhile', shift.toFixed(4), shift <= MAX.shift, '0')
  }

  async function tellOf(path: string): Promise<void> {
    const loads: Vitals[] = []
    for (let load = 0; load < Number(values.loads); load++) loads.push(await vitalsOf(context, collector.url + path))
    // As the budgets of the web are meant: three loads of four.
    const usual = (of: keyof Vitals) =>
      percentile(
        loads.map((one) => one[of]),
        75,
      )
    const worst = (of: keyof Vitals) => Math.max(...loads.map((one) => one[of]))
    const [first, largest] = [usual('firstContentMs'), usual('largestContentMs')]
    tell(`${path} first content`, `${first.toFixed(0)} ms`, true, 'stated')
    tell(`${path} largest content`, `${largest.toFixed(0)} ms`, largest <= MAX.largestContentMs, '<= 1 s')
    tell(`${path} layout shift`, worst('shift').toFixed(4), worst('shift') <= MAX.shift, '0')
    const [script, style] = [worst('script'), worst('style')]
    const isLight = script <= MAX.script && style <= MAX.style
    tell(`${path} script, style`, `${kb(script)}, ${kb(style)} KB`, isLight, '<= 40, 12 KB')
  }
} finally {
  await browser.close()
  await collector.process.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = over > 0 ? 1 : 0

function tell(name: string, value: string, isWithin: boolean, budget: string): void {
  if (!isWithin) over += 1
  console.log(`${isWithin ? 'ok  ' : 'OVER'} ${name.padEnd(52)} ${value.padStart(14)}   budget ${budget}`)
}

function both(times: readonly number[]): string {
  return `${percentile(times, 50).toFixed(0)} / ${percentile(times, 95).toFixed(0)} ms`
}

function kb(bytes: number): string {
  return (bytes / KB).toFixed(1)
}

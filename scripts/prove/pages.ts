// How the pages feel with ten thousand servers, as a real browser measures it: first and largest content, what moves, the
// slowest answer to a key or a click, what has to be fetched, and how soon a flag on a host is a row on the page. Prints
// it beside the budget; exit code 1 when a line is over it. Needs chromium, and dist/ (npm run build) unless --unbuilt.
//   npm run prove:pages
//   npm run prove:pages -- --servers 1000 --samples 5 --unbuilt
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchBrowser } from '../../test/support/browser.ts'
import { percentile } from '../benchmarks/bench-line.ts'
import { seedFleet } from '../benchmarks/seed-fleet.ts'
import { startCollector } from '../local/collector.ts'
import { BUNDLED, UNBUILT } from '../local/programs.ts'
import { flagToRow } from './pages/flag-to-row.ts'
import { signIn, slowestInteraction, type Vitals, vitalsOf } from './pages/page-vitals.ts'

const LOADS = 7
const KB = 1_024
const MAX = { largestContentMs: 1_000, shift: 0, interactionMs: 100, script: 40 * KB, style: 12 * KB, rowMs: 300 }
const PAGES = ['/', '/?page=100', '/?q=state:restart-required', '/apps/shop', '/history', '/settings/policy', '/help']

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '10000' },
    samples: { type: 'string', default: '30' },
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
  const rows = await flagToRow(context, { programs, collector, folder, samples: Number(values.samples) })
  const [p50, p95] = [percentile(rows, 50), percentile(rows, 95)]
  tell('flag -> row, p50 / p95', `${p50.toFixed(0)} / ${p95.toFixed(0)} ms`, p95 <= MAX.rowMs, 'p95 <= 300 ms')

  async function tellOf(path: string): Promise<void> {
    const loads: Vitals[] = []
    for (let load = 0; load < LOADS; load++) loads.push(await vitalsOf(context, collector.url + path))
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

function kb(bytes: number): string {
  return (bytes / KB).toFixed(1)
}

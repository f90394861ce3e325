// npm run bench [-- --quick] [-- --only NAME]: every line of the budget that exists, beside a floor of the same run.
// Writes bench-results.json and prints a table. Exit code 1 when a line is over budget.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { BenchLine, BenchSize } from './benchmarks/bench-line.ts'
import { benchAgentAtRest } from './benchmarks/agent-at-rest.ts'
import { benchFirewallScan } from './benchmarks/firewall-scan.ts'
import { benchFlagToStream } from './benchmarks/flag-to-stream.ts'
import { benchIngest } from './benchmarks/ingest.ts'
import { benchLists } from './benchmarks/lists.ts'
import { benchProcessScan } from './benchmarks/process-scan.ts'
import { benchReportNow } from './benchmarks/report-now.ts'
import { build } from './build.ts'

const BENCHMARKS: Record<string, (size: BenchSize) => Promise<BenchLine[]>> = {
  flag: benchFlagToStream,
  report: benchReportNow,
  rest: benchAgentAtRest,
  ingest: benchIngest,
  lists: benchLists,
  scan: benchFirewallScan,
  processes: benchProcessScan,
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } })
const size: BenchSize = values.quick === true ? 'quick' : 'full'

await build()
const lines: BenchLine[] = []
for (const [name, bench] of Object.entries(BENCHMARKS)) {
  if (values.only !== undefined && values.only !== name) continue
  console.error(`measuring ${name} (${size}) ...`)
  lines.push(...(await bench(size)))
}

const machine = { cpus: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', runtime: process.version }
writeFileSync(
  'bench-results.json',
  `${JSON.stringify({ takenAt: new Date().toISOString(), size, machine, lines }, null, 2)}\n`,
)
for (const row of lines) console.log(format(row))
process.exitCode = lines.every((row) => row.pass) ? 0 : 1

function format(row: BenchLine): string {
  const number = (value: number | null) =>
    value === null ? '' : value >= 100 ? value.toFixed(0) : value.toPrecision(3)
  const floor = row.floor === null ? '' : `floor ${number(row.floor)}, ratio ${number(row.ratio)}`
  return `${row.pass ? 'ok  ' : 'OVER'} ${row.name.padEnd(52)} ${number(row.value).padStart(8)} ${row.unit.padEnd(8)} budget ${row.budget.padEnd(34)} ${floor}`
}

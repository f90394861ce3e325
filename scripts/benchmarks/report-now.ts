// `overdue-agent report --wait` as a deploy hook calls it: from the start of the command to its end, with collector and
// agent on this machine and its real files. With --scan the scans are asked for first; they may be asked for every 10 s.
// The floor is what the same runtime takes to start and end.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAgent, waitForReport } from '../local/agent.ts'
import { createJoinKey, startCollector } from '../local/collector.ts'
import { BUNDLED, type Programs } from '../local/programs.ts'
import { line, percentile, type BenchLine, type BenchSize } from './bench-line.ts'

const SAMPLES = { full: 50, quick: 5 } as const
const APART_MS = 500
/** A little more than the shortest time between two asks for the same scan. */
const SCANS_APART_MS = 10_500

export async function benchReportNow(size: BenchSize, programs: Programs = BUNDLED): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-report-'))
  const quiet = () => {}
  const collector = await startCollector(programs, folder, 0, quiet)
  const joinKey = createJoinKey(programs, folder)
  const directory = join(folder, 'agent')
  const agent = startAgent(programs, { directory, root: null, url: collector.url, joinKey }, quiet)
  const places = ['--state-dir', directory, '--runtime-dir', join(directory, 'run')]
  const report = [programs.agent.at(-1) ?? '', 'report', '--wait', '--reason', 'bench', ...places]
  try {
    await waitForReport(collector.url, collector.token, agent.serverId)
    const floor = percentile(await sample(['-e', '0'], SAMPLES[size], 0), 50)
    const waits = await sample(report, SAMPLES[size], APART_MS)
    await sleep(SCANS_APART_MS)
    const facts = ['--scan', '--facts-dir', join(directory, 'facts')]
    const scans = await sample([...report, ...facts], SAMPLES[size], SCANS_APART_MS)
    return [
      line('report --wait, p50', percentile(waits, 50), 'ms', '<= 250', percentile(waits, 50) <= 250, floor),
      line('report --wait, p99', percentile(waits, 99), 'ms', '<= 1000', percentile(waits, 99) <= 1_000, floor),
      line('report --wait --scan, p50', percentile(scans, 50), 'ms', '<= 2000', percentile(scans, 50) <= 2_000, floor),
    ]
  } finally {
    await agent.process.stop()
    await collector.process.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How long each run takes, ms. Throws when one fails. */
async function sample(argv: readonly string[], count: number, apartMs: number): Promise<number[]> {
  const samples: number[] = []
  for (let at = 0; at < count; at++) {
    const startedAt = performance.now()
    await run(argv)
    samples.push(performance.now() - startedAt)
    await sleep(Math.max(0, apartMs - (performance.now() - startedAt)))
  }
  return samples
}

function run(argv: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...argv], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}: ${said}`))))
  })
}

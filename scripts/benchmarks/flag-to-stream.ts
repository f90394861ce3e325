// Flag created -> stored by the collector and pushed to an open event stream, on loopback, with the bundles as shipped.
// The floor is the same file event seen by a bare fs.watch in this process: what the kernel and one runtime need.
import { mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAgent, waitForReport } from '../local/agent.ts'
import { createJoinKey, startCollector } from '../local/collector.ts'
import { BUNDLED } from '../local/programs.ts'
import { line, percentile, type BenchLine, type BenchSize } from './bench-line.ts'
import { followServer } from './follow-server.ts'

const APART_MS = 3_000
const SAMPLES = { full: 200, quick: 15 } as const

export async function benchFlagToStream(size: BenchSize): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-flag-'))
  const root = join(folder, 'host')
  mkdirSync(join(root, 'run'), { recursive: true })
  const quiet = () => {}
  const collector = await startCollector(BUNDLED, folder, 0, quiet)
  const joinKey = createJoinKey(BUNDLED, folder)
  const agent = startAgent(BUNDLED, { directory: join(folder, 'agent'), root, url: collector.url, joinKey }, quiet)
  try {
    await waitForReport(collector.url, collector.token, agent.serverId)
    const samples = await sampleFlag(join(root, 'run', 'reboot-required'), collector, agent.serverId, SAMPLES[size])
    const floor = await sampleBareWatch(folder)
    return [
      line('flag -> stream, p50', percentile(samples, 50), 'ms', '<= 60', percentile(samples, 50) <= 60, floor),
      line('flag -> stream, p99', percentile(samples, 99), 'ms', '<= 250', percentile(samples, 99) <= 250, floor),
    ]
  } finally {
    await agent.process.stop()
    await collector.process.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function sampleFlag(
  flag: string,
  collector: { url: string; token: string },
  serverId: string,
  count: number,
): Promise<number[]> {
  const stream = await followServer(collector.url, collector.token, serverId)
  const samples: number[] = []
  try {
    for (let i = 0; i < count; i++) {
      const seen = stream.next((server) => server.state === 'restart-required')
      const startedAt = performance.now()
      writeFileSync(flag, '')
      samples.push((await seen) - startedAt)
      const cleared = stream.next((server) => server.state !== 'restart-required')
      rmSync(flag)
      await cleared
      await sleep(Math.max(0, APART_MS - (performance.now() - startedAt)))
    }
  } finally {
    stream.close()
  }
  return samples
}

/** Median time from creating a file to this process hearing of it. */
async function sampleBareWatch(folder: string): Promise<number> {
  const directory = join(folder, 'bare')
  mkdirSync(directory)
  const samples: number[] = []
  for (let i = 0; i < 20; i++) {
    const heard = Promise.withResolvers<number>()
    const watcher = watch(directory, () => heard.resolve(performance.now()))
    await sleep(20)
    const startedAt = performance.now()
    writeFileSync(join(directory, `flag-${i}`), '')
    samples.push((await heard.promise) - startedAt)
    watcher.close()
  }
  return percentile(samples, 50)
}

// The resident agent at rest, over TLS, on this machine's real files, beside the same runtime idling with the same flags.
// A relay between agent and collector ends TLS and counts the HTTP bytes.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS, BUNDLED, command, runOnce } from '../local/programs.ts'
import { createJoinKey, startCollector } from '../local/collector.ts'
import { supervise } from '../local/supervise.ts'
import { line, type BenchLine, type BenchSize } from './bench-line.ts'
import { makeCertificate } from './certificate.ts'
import { countingRelay } from './counting-relay.ts'
import { processCost } from './process-cost.ts'

const REST_SECONDS = { full: 600, quick: 150 } as const
/** The first look, the enrolment and the TLS handshake are no rest. */
const SETTLE_SECONDS = 10
const SECONDS_A_DAY = 86_400
const MEGABYTE = 1024 * 1024

export async function benchAgentAtRest(size: BenchSize): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-rest-'))
  // As on a host, where /run is memory: what is written there wears no disk.
  const runtime = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'overdue-bench-run-'))
  const certificate = makeCertificate(folder)
  const quiet = () => {}
  const collector = await startCollector(BUNDLED, folder, 0, quiet)
  const relay = await countingRelay(Number(new URL(collector.url).port), certificate)
  const url = `https://127.0.0.1:${relay.port}`
  const places = [
    '--state-dir',
    join(folder, 'agent'),
    '--runtime-dir',
    join(runtime, 'run'),
    '--facts-dir',
    join(folder, 'facts'),
  ]
  const settings = ['--url', url, '--ca-file', certificate.certFile, ...places]
  const keyFile = join(folder, 'join-key')
  writeFileSync(keyFile, `${createJoinKey(BUNDLED, folder)}\n`)
  // Straight to the collector: a child that is waited for stops this process, and with it the relay.
  runOnce(BUNDLED.agent, ['enroll', '--url', collector.url, '--join-key-file', keyFile, ...places])
  const agent = supervise(command('agent', BUNDLED.agent, ['run', ...settings], AGENT_ENVIRONMENT), quiet)
  const idle = spawn(process.execPath, [...AGENT_NODE_FLAGS, '-e', 'setInterval(() => {}, 1e9)'], {
    stdio: 'ignore',
    env: { ...process.env, ...AGENT_ENVIRONMENT },
  })
  try {
    await sleep(SETTLE_SECONDS * 1000)
    const before = { cost: processCost(agent.pid() ?? 0), bytes: relay.bytes() }
    await sleep(REST_SECONDS[size] * 1000)
    const after = { cost: processCost(agent.pid() ?? 0), bytes: relay.bytes() }
    return toLines(before, after, processCost(idle.pid ?? 0), REST_SECONDS[size])
  } finally {
    idle.kill()
    await agent.stop()
    await collector.process.stop()
    relay.close()
    for (const used of [folder, runtime]) rmSync(used, { recursive: true, force: true })
  }
}

type Reading = { cost: ReturnType<typeof processCost>; bytes: number }

function toLines(before: Reading, after: Reading, idle: ReturnType<typeof processCost>, seconds: number): BenchLine[] {
  const anonymous = after.cost.anonymousBytes / MEGABYTE
  const idleAnonymous = idle.anonymousBytes / MEGABYTE
  const pss = after.cost.pssBytes / MEGABYTE
  const idlePss = idle.pssBytes / MEGABYTE
  const cpuPercent = ((after.cost.cpuSeconds - before.cost.cpuSeconds) / seconds) * 100
  const perDay = (bytes: number) => ((bytes / seconds) * SECONDS_A_DAY) / MEGABYTE
  const network = perDay(after.bytes - before.bytes)
  const disk = perDay(after.cost.writtenBytes - before.cost.writtenBytes)
  return [
    line(
      `agent at rest ${seconds} s, anonymous`,
      anonymous,
      'MB',
      '<= 2.3 x idle (aim 1.8)',
      anonymous <= 2.3 * idleAnonymous,
      idleAnonymous,
    ),
    line(`agent at rest ${seconds} s, PSS`, pss, 'MB', '<= idle + 14 MB', pss <= idlePss + 14, idlePss),
    line('agent at rest, CPU', cpuPercent, '% core', '<= 0.1', cpuPercent <= 0.1),
    line('agent at rest, HTTP bytes', network, 'MB/day', '< 1', network < 1),
    line('agent at rest, disk writes', disk, 'MB/day', '< 1', disk < 1),
  ]
}

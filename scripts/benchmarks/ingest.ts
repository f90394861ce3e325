// Changed reports a second that the collector acknowledges only after a synced commit, as bundled: 10,000 servers in
// rotation, every report a flip of the flag. The floor is a bare server with the same group commit (bare-server.ts) under
// the same load, on the same processors, with the same flags. Both are killed under load, and every acknowledged report is looked for.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Projection } from '../../collector/changes/projection.ts'
import { enrollServer } from '../../collector/ingest/enroll-server.ts'
import { openSqliteStore } from '../../collector/store/sqlite-store.ts'
import { systemClock } from '../../shared/clock.ts'
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import { hashSecret } from '../../shared/secret.ts'
import { BUNDLED, type Programs } from '../local/programs.ts'
import { type BenchLine, type BenchSize, line } from './bench-line.ts'
import { processCost } from './process-cost.ts'
import { type LoadServer, loadServer, secretOf } from './report-bodies.ts'

const SERVERS = 10_000
const SECONDS = { full: 20, quick: 5 } as const
const READY_DEADLINE_MS = 20_000
const BEHIND_BARE_MAX = 0.5

type Measured = { perSecond: number; cpuMicroseconds: number; ledger: [string, number][] }

export async function benchIngest(size: BenchSize, programs: Programs = BUNDLED): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-ingest-'))
  try {
    const directory = join(folder, 'collector')
    const serversFile = join(folder, 'servers.json')
    writeFileSync(serversFile, JSON.stringify(await enrollServers(directory)))
    const load = { folder, serversFile, seconds: SECONDS[size] }
    const readyFile = join(folder, 'collector.json')
    const serve = ['serve', '--listen', '127.0.0.1:0', '--data-dir', directory, '--ready-file', readyFile]
    const ours = await measure([...programs.collector, ...serve], readyFile, load)
    const bareReady = join(folder, 'bare.json')
    const flags = programs.collector.filter((word) => word.startsWith('--'))
    const bareServer = [...flags, 'scripts/benchmarks/bare-server.ts', join(folder, 'bare'), bareReady]
    const bare = await measure(bareServer, bareReady, load)
    const lost = countLost(directory, ours.ledger)
    const isEnough = ours.perSecond >= BEHIND_BARE_MAX * bare.perSecond
    return [
      line('changed reports, synced', ours.perSecond, '/s', 'aim 8,000; >= 0.5 x bare', isEnough, bare.perSecond),
      line('CPU of a changed report', ours.cpuMicroseconds, 'us', 'stated', true, bare.cpuMicroseconds),
      line('acknowledged reports lost by kill -9', lost, 'reports', '0', lost === 0),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Through the front door but for HTTP, whose limit of five a second would take half an hour. */
async function enrollServers(directory: string): Promise<LoadServer[]> {
  const store = openSqliteStore({ directory, clock: systemClock })
  const now = systemClock.now()
  const ctx = { store, projection: new Projection(store), policy: () => DEFAULT_POLICY }
  const secret = secretOf(-1)
  const key = { id: 'bench', secretHash: hashSecret(secret), createdAt: now, expiresAt: now + 3_600_000 } as const
  const bounds = { usesMax: SERVERS, uses: 0, application: null, cidrs: [], ephemeral: false }
  const audit = { at: now, actor: 'bench', action: 'join-key.create', subject: 'bench', detail: {} }
  store.createJoinKey({ ...key, ...bounds, approve: 'auto', revokedAt: null }, audit)
  const enroll = async (n: number) => {
    const enrollment = { proto: 1, credentialHash: hashSecret(secretOf(n)), name: `server-${n}` }
    const outcome = await enrollServer(ctx, { kind: 'ovdj', id: 'bench', secret }, enrollment, null, now)
    if (outcome.kind === 'rejected') throw new Error(`server ${n} was not enrolled: ${outcome.why}`)
    return loadServer(outcome.serverId, n)
  }
  const servers = await Promise.all(Array.from({ length: SERVERS }, (_, n) => enroll(n)))
  store.close()
  return servers
}

type Load = { folder: string; serversFile: string; seconds: number }

/** Starts the server, loads it, measures, and kills it while reports are on their way. */
async function measure(program: string[], readyFile: string, load: Load): Promise<Measured> {
  const server = spawn(process.execPath, program, { stdio: ['ignore', 2, 2] })
  const ledgerFile = join(load.folder, 'ledger.json')
  try {
    const url = await waitForUrl(readyFile, server)
    const generator = ['scripts/benchmarks/report-load.ts', url, load.serversFile, String(load.seconds), ledgerFile]
    const client = spawn(process.execPath, generator, { stdio: ['ignore', 'pipe', 2] })
    const cpu = () => processCost(server.pid ?? 0).cpuSeconds
    const { count, seconds } = await resultOf(client)
    // The processor's share of the warm-up is part of both numbers.
    const cpuMicroseconds = (cpu() * 1e6) / (count + SERVERS)
    server.kill('SIGKILL')
    await once(client, 'exit')
    const ledger = JSON.parse(readFileSync(ledgerFile, 'utf8')) as [string, number][]
    return { perSecond: count / seconds, cpuMicroseconds, ledger }
  } finally {
    server.kill('SIGKILL')
  }
}

async function resultOf(client: ChildProcess): Promise<{ count: number; seconds: number }> {
  if (client.stdout === null) throw new Error('the load generator has no output')
  for await (const text of createInterface({ input: client.stdout })) {
    return JSON.parse(text) as { count: number; seconds: number }
  }
  throw new Error('the load generator ended without a result')
}

async function waitForUrl(readyFile: string, server: ChildProcess): Promise<string> {
  const deadline = performance.now() + READY_DEADLINE_MS
  while (performance.now() < deadline && server.exitCode === null) {
    if (existsSync(readyFile)) return (JSON.parse(readFileSync(readyFile, 'utf8')) as { url: string }).url
    await sleep(20)
  }
  throw new Error('the server did not become ready')
}

/** Every report says something new, so each that was acknowledged must be the stored one, or older than that. */
function countLost(directory: string, ledger: readonly [string, number][]): number {
  const store = openSqliteStore({ directory, clock: systemClock })
  const stored = new Map([...store.loadServers()].map(({ id, acceptance }) => [id, acceptance.seq]))
  store.close()
  return ledger.filter(([id, seq]) => (stored.get(id) ?? 0) < seq).length
}

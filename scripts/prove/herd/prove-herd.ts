// Many agents at one collector: what they cost it while they wait, and how soon all wait again after it was away.
//
// Theory of operation. The servers are written into a store as if they had reported before; then a collector serves it,
// and one other process plays all agents by the delivery rules of the real one. A server is current again when the
// collector that runs now holds its poll, which its own metrics count; nobody enrols, and the number of servers, and what
// the agents were answered, tell whether anybody was lost.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { paths } from '../../../shared/protocol/paths.ts'
import { type Certificate, makeCertificate } from '../../benchmarks/certificate.ts'
import { processCost } from '../../benchmarks/process-cost.ts'
import type { Tally } from './light-agent.ts'
import { type Herd, seedHerd } from './seed-herd.ts'

export type HerdRun = {
  agents: number
  /** Program and arguments of the collector, before `serve`. */
  collector: readonly string[]
  tls: boolean
  /** How long the waiting herd is watched for its memory, ms. */
  watchMs: number
  /** How the collector is ended, in turn, before it is started again. */
  restarts: readonly NodeJS.Signals[]
  /** What agents do after a time by chance comes so many times sooner. */
  hurry: number
  /** Called with what is being done. */
  onStep?: (text: string) => void
}

export type Return = { how: string; fromReadyMs: number; fromCutMs: number }

/** `anonymousBytes`: of these, what is not the program's file, which every process of the runtime shares. */
export type Memory = { rssBytes: number; anonymousBytes: number }

export type HerdResult = {
  /** The collector's memory before the first agent came, and at most while all of them wait. */
  resting: Memory
  waiting: Memory
  returns: Return[]
  /** A tenth of the servers are asked at once; `ms` until the fresh reports of all are on disk. */
  asked: { servers: number; answered: number; ms: number }
  serversBefore: number
  serversAfter: number
  /** Answers other than 200, by status, and connections that ended in the middle. */
  refused: Record<string, number>
}

const START_OVER_MS = 10_000
const DEADLINE_MS = 120_000
const LOOK_MS = 50
const MEMORY_LOOK_MS = 500
const WAITING = /^overdue_servers_waiting (\d+)$/m

export async function proveHerd(run: HerdRun): Promise<HerdResult> {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-herd-'))
  const rig = new HerdRig(folder, run)
  try {
    return await rig.run()
  } finally {
    rig.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

class HerdRig {
  readonly #folder: string
  readonly #run: HerdRun
  #collector: ChildProcess | null = null
  #agents: ChildProcess | null = null
  #herd: Herd = { servers: [], token: '', epoch: '' }
  #url = ''
  #certificate: Certificate | null = null
  #tally: Tally = { statuses: {}, failures: 0, answersToAsks: 0 }

  constructor(folder: string, run: HerdRun) {
    this.#folder = folder
    this.#run = run
  }

  async run(): Promise<HerdResult> {
    const { agents, watchMs, onStep = () => undefined } = this.#run
    onStep(`seeding ${agents} servers`)
    this.#herd = await seedHerd(join(this.#folder, 'data'), agents)
    await this.#startCollector('127.0.0.1:0')
    const serversBefore = await this.#countServers()
    const resting = await this.#mostMemory(0)
    onStep('starting the agents')
    this.#startAgents()
    await this.#untilAllWait()
    onStep('watching the memory of the collector')
    const waiting = await this.#mostMemory(watchMs)
    onStep('asking a tenth of them for fresh reports')
    const asked = await this.#ask('app:shop')
    await this.#untilAllWait()
    const returns: Return[] = []
    for (const signal of this.#run.restarts) {
      onStep(`restarting the collector with ${signal}`)
      returns.push(await this.#restart(signal))
    }
    const serversAfter = await this.#countServers()
    const { 200: _, ...refused } = this.#tally.statuses
    return { resting, waiting, returns, asked, serversBefore, serversAfter, refused }
  }

  stop(): void {
    this.#agents?.kill('SIGKILL')
    this.#collector?.kill('SIGKILL')
  }

  async #restart(signal: NodeJS.Signals): Promise<Return> {
    const cutAtMs = performance.now()
    const ended = once(this.#collector ?? process, 'exit')
    this.#collector?.kill(signal)
    await ended
    await this.#startCollector(new URL(this.#url).host)
    const readyAtMs = performance.now()
    await this.#untilAllWait()
    const doneAtMs = performance.now()
    return { how: signal, fromReadyMs: doneAtMs - readyAtMs, fromCutMs: doneAtMs - cutAtMs }
  }

  async #startCollector(listen: string): Promise<void> {
    const readyFile = join(this.#folder, 'ready.json')
    rmSync(readyFile, { force: true })
    const serve = ['serve', '--listen', listen, '--data-dir', join(this.#folder, 'data'), '--ready-file', readyFile]
    const env = { PATH: process.env['PATH'] ?? '', OVERDUE_METRICS_PER_SERVER: 'false' }
    const args = [...this.#run.collector, ...serve, '--log-level', 'error', ...this.#tlsArguments()]
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    this.#collector = child
    while (!existsSync(readyFile)) {
      if (child.exitCode !== null) throw new Error(`the collector ended with exit code ${child.exitCode}`)
      await sleep(LOOK_MS)
    }
    this.#url = (JSON.parse(readFileSync(readyFile, 'utf8')) as { url: string }).url
  }

  #tlsArguments(): string[] {
    if (!this.#run.tls) return []
    this.#certificate ??= makeCertificate(this.#folder)
    return ['--tls-cert-file', this.#certificate.certFile, '--tls-key-file', this.#certificate.keyFile]
  }

  #startAgents(): void {
    const herdFile = join(this.#folder, 'herd.json')
    writeFileSync(herdFile, JSON.stringify(this.#herd))
    const startOverMs = Math.min(START_OVER_MS, this.#herd.servers.length * 2)
    const args = [
      join(import.meta.dirname, 'agents.ts'),
      this.#url,
      herdFile,
      String(startOverMs),
      String(this.#run.hurry),
    ]
    this.#agents = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#agents.on('message', (tally) => (this.#tally = tally as Tally))
  }

  async #untilAllWait(): Promise<void> {
    const endsAtMs = performance.now() + DEADLINE_MS
    let waiting = 0
    while (performance.now() < endsAtMs) {
      waiting = Number(WAITING.exec(await this.#request('GET', paths.metrics()))?.[1] ?? 0)
      if (waiting === this.#herd.servers.length) return
      await sleep(LOOK_MS)
    }
    throw new Error(`only ${waiting} of ${this.#herd.servers.length} agents wait after ${DEADLINE_MS / 1_000} s`)
  }

  async #mostMemory(watchMs: number): Promise<Memory> {
    const pid = this.#collector?.pid ?? 0
    const endsAtMs = performance.now() + watchMs
    let most: Memory = processCost(pid)
    while (performance.now() < endsAtMs) {
      await sleep(MEMORY_LOOK_MS)
      const now = processCost(pid)
      if (now.rssBytes > most.rssBytes) most = now
    }
    return { rssBytes: most.rssBytes, anonymousBytes: most.anonymousBytes }
  }

  async #ask(query: string): Promise<HerdResult['asked']> {
    const startedAtMs = performance.now()
    const text = await this.#request('POST', paths.refresh(), JSON.stringify({ query, wait: '60s' }))
    const { total, answered } = JSON.parse(text) as { total: number; answered: number }
    return { servers: total, answered, ms: performance.now() - startedAtMs }
  }

  async #countServers(): Promise<number> {
    const text = await this.#request('GET', `${paths.servers()}?limit=1`)
    return (JSON.parse(text) as { total: number }).total
  }

  /** Throws when it is not answered 200. */
  #request(method: string, path: string, body?: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const headers = { authorization: `Bearer ${this.#herd.token}`, 'content-type': 'application/json' }
    const options = { method, headers, rejectUnauthorized: false, agent: false }
    const ask = this.#run.tls ? https.request : http.request
    const request = ask(new URL(path, this.#url), options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`${path}: ${text}`))))
    })
    request.on('error', reject).end(body)
    return promise
  }
}

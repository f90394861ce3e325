// A collector that hosts can reach: the release, over TLS, on this machine's end of their cables.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import https from 'node:https'
import { join } from 'node:path'
import type { Architecture } from '../../scripts/bundle/runtime-source.ts'
import { until } from '../support/until.ts'
import { makeCertificate } from './collector-certificate.ts'
import { must } from './command.ts'
import { OUTER_ADDRESS } from './host-network.ts'
import { makeRelease } from './release.ts'
import { spawnTied } from './spawn-tied.ts'

/** What tests look at of a server and of its history; the API gives more. */
export type Server = {
  id: string
  name: string
  application: string | null
  state: string
  headline: string
  reporting: string
  packages: string[] | null
  bootId: string | null
}
export type HistoryItem = { at: string; type: string; cause: string | null }

const START_MS_MAX = 60_000

type Made = { url: string; certFile: string; program: string; dataDir: string }

export class ReachableCollector {
  readonly url: string
  readonly certFile: string
  readonly #program: string
  readonly #dataDir: string
  readonly #child: ChildProcess
  readonly #token: string

  private constructor(made: Made, child: ChildProcess, token: string) {
    this.url = made.url
    this.certFile = made.certFile
    this.#program = made.program
    this.#dataDir = made.dataDir
    this.#child = child
    this.#token = token
  }

  /** Boot a host first: the address is there as long as one is. `directory` is empty, and left as it is in the end. `architecture`: of the hosts. */
  static async start(directory: string, architecture = process.arch as Architecture): Promise<ReachableCollector> {
    const program = await makeRelease(directory, architecture)
    const { certFile, keyFile } = await makeCertificate(directory)
    const dataDir = join(directory, 'data')
    const ready = join(directory, 'ready.json')
    const tls = ['--tls-cert-file', certFile, '--tls-key-file', keyFile]
    const where = ['--listen', `${OUTER_ADDRESS}:0`, '--data-dir', dataDir, '--ready-file', ready]
    const child = spawnTied([process.execPath, program, 'serve', '--log-level', 'warn', ...where, ...tls])
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk))
    await until('the collector listens', () => existsSync(ready) || child.exitCode !== null, START_MS_MAX)
    if (child.exitCode !== null) throw new Error(`the collector ended: ${said}`)
    const { url } = JSON.parse(readFileSync(ready, 'utf8')) as { url: string }
    const token = await must([process.execPath, program, 'token', 'create', '--role', 'admin', '--data-dir', dataDir])
    return new ReachableCollector({ url, certFile, program, dataDir }, child, token.trim())
  }

  /** Text of a bundle: where the collector is, who signed its certificate, and a key for one server. */
  async joinKey(file: string): Promise<string> {
    const flags = ['--uses', '1', '--bundle', file, '--url', this.url, '--ca-file', this.certFile]
    await must([process.execPath, this.#program, 'join-key', 'create', '--data-dir', this.#dataDir, ...flags])
    return readFileSync(file, 'utf8')
  }

  /** What an admin gets there, parsed. */
  async get(path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#token}` }
    const ca = readFileSync(this.certFile)
    const text = await new Promise<string>((resolve, reject) => {
      const request = https.get(new URL(path, this.url), { ca, headers, agent: false }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        response.once('end', () => {
          if (response.statusCode === 200) resolve(body)
          else reject(new Error(`${path}: ${response.statusCode} ${body}`))
        })
      })
      request.once('error', reject)
    })
    return JSON.parse(text) as unknown
  }

  /** The server that reports here, or null before the first has enrolled. */
  async server(): Promise<Server | null> {
    const { items } = (await this.get('/api/v1/servers')) as { items: Server[] }
    const [first] = items
    return first === undefined ? null : ((await this.get(`/api/v1/servers/${first.id}`)) as Server)
  }

  async history(): Promise<HistoryItem[]> {
    return ((await this.get('/api/v1/history')) as { items: HistoryItem[] }).items
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }
}

// The collector killed at random instants while agents report: whatever was acknowledged must be there afterwards.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { paths } from '../../../shared/protocol/paths.ts'
import { formatSecret, hashSecret } from '../../../shared/secret.ts'
import { ReportBuilder } from '../../../test/support/report-builder.ts'
import { runCollector, SpawnedCollector } from '../../../test/support/spawned-collector.ts'

export type KillRun = {
  kills: number
  servers: number
  /** Told after each kill. */
  onKill?: (kill: KillOutcome) => void
}
/** `acknowledged`: reports so far. */
export type KillOutcome = { kill: number; acknowledged: number; lost: number }
/** `lost`: one line for each loss. `acknowledgedEach`: by agent. */
export type KillResult = { lost: string[]; acknowledgedEach: number[] }

type Agent = {
  id: string
  credential: string
  report: ReportBuilder
  acknowledged: string | null
  acks: number
  /** Sent after it; any of them may have been stored without its acknowledgement arriving. */
  unanswered: Set<string>
}

export async function killUnderLoad({ kills, servers, onKill }: KillRun): Promise<KillResult> {
  const directory = mkdtempSync(join(tmpdir(), 'overdue-kill-'))
  const connections = new http.Agent({ keepAlive: true })
  try {
    return await new KillRig(directory, connections).run({
      kills,
      servers,
      ...(onKill === undefined ? {} : { onKill }),
    })
  } finally {
    connections.destroy()
    rmSync(directory, { recursive: true, force: true })
  }
}

class KillRig {
  readonly #directory: string
  readonly #connections: http.Agent

  constructor(directory: string, connections: http.Agent) {
    this.#directory = directory
    this.#connections = connections
  }

  async run({ kills, servers, onKill }: KillRun): Promise<KillResult> {
    const { token = '' } = await this.#command('token', 'create')
    const { joinKey = '' } = await this.#command('join-key', 'create', '--uses', String(servers))
    let collector = await SpawnedCollector.start(this.#directory)
    const agents: Agent[] = []
    for (let count = 0; count < servers; count++)
      agents.push(await this.#enroll(collector.url, joinKey, `web-${count}`))

    const lost: string[] = []
    for (let kill = 1; kill <= kills; kill++) {
      const running = agents.map((agent) => this.#reportUntilKilled(agent, collector.url))
      await sleep(30 + Math.random() * 150)
      await collector.end('SIGKILL')
      await Promise.all(running)
      collector = await SpawnedCollector.start(this.#directory)
      for (const agent of agents) lost.push(...(await whatIsLost(agent, collector.url, token)))
      onKill?.({ kill, acknowledged: agents.reduce((sum, { acks }) => sum + acks, 0), lost: lost.length })
    }
    await collector.end('SIGTERM')
    return { lost, acknowledgedEach: agents.map(({ acks }) => acks) }
  }

  async #command(...args: string[]): Promise<Record<string, string>> {
    const { stdout } = await runCollector([...args, '--data-dir', join(this.#directory, 'data'), '--json'])
    return JSON.parse(stdout) as Record<string, string>
  }

  async #enroll(url: string, joinKey: string, name: string): Promise<Agent> {
    const secret = randomBytes(32).toString('base64url')
    const body = { proto: 1, credentialHash: hashSecret(secret), name }
    const { json } = await this.#post(`${url}${paths.enroll()}`, joinKey, body)
    const id = String(json['serverId'])
    return {
      id,
      credential: formatSecret('ovds', id, secret),
      report: new ReportBuilder(name),
      acknowledged: null,
      acks: 0,
      unanswered: new Set(),
    }
  }

  /** Reports a package name never used before until the collector is gone; notes each name when it is acknowledged. */
  async #reportUntilKilled(agent: Agent, url: string): Promise<void> {
    for (;;) {
      const name = `package-${randomBytes(8).toString('hex')}`
      agent.report.raiseFlag([name])
      agent.unanswered.add(name)
      try {
        const { status } = await this.#post(`${url}${paths.report()}`, agent.credential, agent.report.whole())
        if (status !== 200) throw new Error(`status ${status}`)
        agent.acknowledged = name
        agent.unanswered.clear()
        agent.acks++
      } catch {
        return
      }
    }
  }

  #post(url: string, credential: string, body: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' }
      const request = http.request(url, { method: 'POST', headers, agent: this.#connections }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        // Killed while it answered: that is no acknowledgement.
        response.on('error', reject)
        response.on('end', () => {
          if (response.complete)
            resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) as Record<string, unknown> })
          else reject(new Error('the answer broke off'))
        })
      })
      request.on('error', reject)
      request.end(JSON.stringify(body))
    })
  }
}

/** The server must show what was acknowledged last, or something sent after it. */
async function whatIsLost(agent: Agent, url: string, token: string): Promise<string[]> {
  if (agent.acknowledged === null) return []
  const answer = await fetch(`${url}${paths.server(agent.id)}`, { headers: { authorization: `Bearer ${token}` } })
  const { packages } = (await answer.json()) as { packages: string[] | null }
  const found = packages?.[0] ?? 'nothing'
  return found === agent.acknowledged || agent.unanswered.has(found)
    ? []
    : [`${agent.id}: ${agent.acknowledged} was acknowledged, found ${found}`]
}

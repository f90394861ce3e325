// The collector killed at random instants while agents report: whatever was acknowledged must be there afterwards.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths } from '../../shared/protocol/paths.ts'
import { formatSecret, hashSecret } from '../../shared/secret.ts'
import { ReportBuilder } from '../support/report-builder.ts'
import { runCollector, SpawnedCollector } from '../support/spawned-collector.ts'

/** The number the product promises. */
const KILLS = 20
const SERVERS = 12

type Agent = {
  id: string
  credential: string
  report: ReportBuilder
  acknowledged: string | null
  acks: number
  /** Sent after it; any of them may have been stored without its acknowledgement arriving. */
  unanswered: Set<string>
}

let directory: string
let token: string
const keepAlive = new http.Agent({ keepAlive: true })

const command = async (...args: string[]) => {
  const { stdout } = await runCollector([...args, '--data-dir', join(directory, 'data'), '--json'])
  return JSON.parse(stdout) as Record<string, string>
}

function post(
  url: string,
  credential: string,
  body: unknown,
): Promise<{ status: number; json: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' }
    const request = http.request(url, { method: 'POST', headers, agent: keepAlive }, (response) => {
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

async function enroll(url: string, joinKey: string, name: string): Promise<Agent> {
  const secret = randomBytes(32).toString('base64url')
  const body = { proto: 1, credentialHash: hashSecret(secret), name }
  const { json } = await post(`${url}${paths.enroll()}`, joinKey, body)
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
async function reportUntilKilled(agent: Agent, url: string): Promise<void> {
  for (;;) {
    const name = `package-${randomBytes(8).toString('hex')}`
    agent.report.raiseFlag([name])
    agent.unanswered.add(name)
    try {
      const { status } = await post(`${url}${paths.report()}`, agent.credential, agent.report.whole())
      if (status !== 200) throw new Error(`status ${status}`)
      agent.acknowledged = name
      agent.unanswered.clear()
      agent.acks++
    } catch {
      return
    }
  }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'overdue-kill-'))
  token = (await command('token', 'create'))['token'] ?? ''
})
afterAll(() => {
  keepAlive.destroy()
  rmSync(directory, { recursive: true, force: true })
})

describe('kill -9', () => {
  it(`${KILLS} times under load loses nothing that was acknowledged`, { timeout: 180_000 }, async () => {
    const { joinKey = '' } = await command('join-key', 'create', '--uses', String(SERVERS))
    let collector = await SpawnedCollector.start(directory)
    const agents: Agent[] = []
    for (let count = 0; count < SERVERS; count++) agents.push(await enroll(collector.url, joinKey, `web-${count}`))

    const lost: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const running = agents.map((agent) => reportUntilKilled(agent, collector.url))
      await sleep(30 + Math.random() * 150)
      await collector.end('SIGKILL')
      await Promise.all(running)
      collector = await SpawnedCollector.start(directory)
      for (const agent of agents) lost.push(...(await whatIsLost(agent, collector.url)))
    }
    await collector.end('SIGTERM')

    expect(lost).toEqual([])
    expect(agents.every(({ acks }) => acks > 0)).toBe(true)
  })
})

/** The server must show what was acknowledged last, or something sent after it. */
async function whatIsLost(agent: Agent, url: string): Promise<string[]> {
  if (agent.acknowledged === null) return []
  const answer = await fetch(`${url}${paths.server(agent.id)}`, { headers: { authorization: `Bearer ${token}` } })
  const { packages } = (await answer.json()) as { packages: string[] | null }
  const found = packages?.[0] ?? 'nothing'
  return found === agent.acknowledged || agent.unanswered.has(found)
    ? []
    : [`${agent.id}: ${agent.acknowledged} was acknowledged, found ${found}`]
}

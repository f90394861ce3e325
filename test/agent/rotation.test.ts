// The resident agent with more than one secret: it finds the one that counts, at once, and ends with one file.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { hashSecret } from '../../shared/secret.ts'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { StandInCollector } from '../support/stand-in-collector.ts'
import { until } from '../support/until.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

const OLD = 'o'.repeat(43)
const NEW = 'n'.repeat(43)

/** A collector that lets in whoever has one of `known`, and learns what is announced. */
async function setUp(known: string[]): Promise<{ collector: StandInCollector; host: AgentHost; sent: () => string[] }> {
  const collector = await new StandInCollector().start()
  onTestFinished(() => collector.stop())
  const hashes = new Set(known.map(hashSecret))
  const secretOf = (authorization = '') => authorization.split('_').at(-1) ?? ''
  collector.manners = ({ headers, body }) => {
    if (!hashes.has(hashSecret(secretOf(headers.authorization)))) {
      return { status: 401, body: { kind: 'unauthenticated' } }
    }
    const { credentialHash } = (body['rotate'] ?? {}) as { credentialHash?: string }
    if (credentialHash !== undefined) hashes.add(credentialHash)
    return null
  }
  const host = new AgentHost(bundle, ['--url', collector.url, '--heartbeat', '60s'])
  const sent = (): string[] =>
    collector.received.map(({ headers, body }) => {
      const name = secretOf(headers.authorization) === NEW ? 'new' : 'old'
      return body['rotate'] === undefined ? name : `${name}, announcing`
    })
  return { collector, host, sent }
}

/** Path of the file. */
function give(host: AgentHost, collector: StandInCollector, name: string, secret: string): string {
  const folder = join(host.directory, 'state')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `ovds_${collector.serverId}_${secret}\n`, { mode: 0o600 })
  return join(folder, name)
}

describe('an agent that is started with two secrets', () => {
  it('ends a change that was cut short before its announcement', async () => {
    const { collector, host, sent } = await setUp([OLD])
    const credential = give(host, collector, 'credential', OLD)
    const next = give(host, collector, 'credential.next', NEW)

    host.run()
    await until('the change is over', () => !existsSync(next))

    expect(sent().slice(0, 3)).toEqual(['new', 'old, announcing', 'new'])
    expect(readFileSync(credential, 'utf8')).toContain(NEW)
    expect(readFileSync(join(host.directory, 'state/credential.previous'), 'utf8')).toContain(OLD)
  })

  it('is let in by a collector that was restored, and tells it the newer one again', async () => {
    const { collector, host, sent } = await setUp([OLD])
    give(host, collector, 'credential.previous', OLD)
    const credential = give(host, collector, 'credential', NEW)

    host.run()
    await collector.until('three requests', () => collector.received.length >= 3)

    expect(sent().slice(0, 3)).toEqual(['new', 'old, announcing', 'new'])
    expect(readFileSync(credential, 'utf8')).toContain(NEW)
    expect(collector.enrolments).toEqual([])
  })

  it('that nobody knows has patience, and keeps both', async () => {
    const { collector, host, sent } = await setUp([])
    const previous = give(host, collector, 'credential.previous', OLD)
    const credential = give(host, collector, 'credential', NEW)

    host.run()
    const status = join(host.directory, 'runtime/status.json')
    await until(
      'it gives up for now',
      () => existsSync(status) && readFileSync(status, 'utf8').includes('"unauthorized"'),
    )

    expect(sent()).toEqual(['new', 'old, announcing'])
    expect([existsSync(previous), existsSync(credential)]).toEqual([true, true])
  })
})

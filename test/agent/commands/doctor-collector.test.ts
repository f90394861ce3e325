// Whether the collector can be reached, and takes what this host would send.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { checkCollector } from '../../../agent/commands/doctor-collector.ts'
import { pinOf } from '../../../agent/delivery/pins.ts'
import { parseProxy } from '../../../agent/delivery/proxy.ts'
import { trusting } from '../../../agent/enrolment/collector-target.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { hashSecret } from '../../../shared/secret.ts'
import { AgentHost, buildAgentBundle } from '../../support/agent-bundle.ts'
import { ConnectProxy } from '../../support/connect-proxy.ts'
import { examineHost, listenOnLoopback } from '../../support/doctor.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../support/loopback-certificate.ts'
import { TestCollector } from '../../support/test-collector.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

let host: AgentHost
beforeEach(() => {
  host = new AgentHost(bundle, [])
})
const examine = (...flags: string[]) => examineHost(host, ...flags)
const healthy = (date?: string): Server =>
  createServer((_request, response) => {
    if (date !== undefined) response.setHeader('date', date)
    response.end('{}')
  })

describe('the way to the collector', () => {
  it('goes to the collector step by step, and finds nothing wrong with one that answers', async () => {
    const port = await listenOnLoopback(healthy())
    const { of } = await examine('--url', `http://127.0.0.1:${port}`)

    expect(['name', 'connection', 'answer', 'clock'].map((name) => of(name)?.result)).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  it('stops at the first step that fails, with the fix', async () => {
    const port = await listenOnLoopback(healthy())
    const { code, of } = await examine('--url', `http://127.0.0.1:${port === 1 ? 2 : 1}`)

    expect(code).toBe(1)
    expect(of('connection')).toMatchObject({ result: 'fail', fix: expect.stringContaining('TCP port') as unknown })
    expect(of('answer')).toBeUndefined()
  })

  it('warns of a clock that is off', async () => {
    const port = await listenOnLoopback(healthy(new Date(Date.now() - 3_600_000).toUTCString()))

    expect((await examine('--url', `http://127.0.0.1:${port}`)).of('clock')).toMatchObject({
      result: 'warn',
      says: expect.stringContaining('ahead of the collector') as unknown,
    })
  })

  it('tells a certificate that is not trusted from one that is', async () => {
    const server = createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (_request, response) =>
      response.end('{}'),
    )
    const url = `https://127.0.0.1:${await listenOnLoopback(server)}`
    const caFile = join(host.directory, 'ca.pem')
    writeFileSync(caFile, LOOPBACK_CERTIFICATE)

    expect((await examine('--url', url)).of('certificate')).toMatchObject({ result: 'fail' })
    expect((await examine('--url', url, '--ca-file', caFile)).of('certificate')?.says).toMatch(/^trusted, TLSv1\.3/)
  })

  it('fails on a key that is none of the pinned ones', async () => {
    const server = createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY })
    const caFile = join(host.directory, 'ca.pem')
    writeFileSync(caFile, LOOPBACK_CERTIFICATE)
    const pin = `sha256/${'A'.repeat(43)}=`
    const flags = ['--url', `https://127.0.0.1:${await listenOnLoopback(server)}`, '--ca-file', caFile, '--pins', pin]

    expect((await examine(...flags)).of('certificate')).toMatchObject({
      result: 'fail',
      says: expect.stringContaining('none of the pinned') as unknown,
    })
  })

  it('goes the way a report goes: through the proxy', async () => {
    const asked: (string | undefined)[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(405).end()
    })
    const origin = `http://127.0.0.1:${await listenOnLoopback(proxy)}`
    const { of } = await examine('--url', 'http://192.0.2.1:8480', '--allow-plain-http', '--proxy', origin)

    expect(of('proxy')?.says).toContain(origin)
    expect(of('answer')).toMatchObject({ result: 'ok' })
    expect(asked).toEqual(['http://192.0.2.1:8480/-/healthy'])
  })

  it('holds a collector behind a proxy to the pins, as a report does', async () => {
    const server = createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (_request, response) =>
      response.end('{}'),
    )
    const port = await listenOnLoopback(server)
    const proxy = await new ConnectProxy(() => port).start()
    onTestFinished(() => proxy.stop())
    // Asked for directly: settings never send the way to this machine itself through a proxy.
    const answerWith = async (pins: string[]) => {
      const secureContext = await trusting(LOOPBACK_CERTIFICATE)
      const findings = await checkCollector({
        url: `https://127.0.0.1:${port}`,
        secureContext,
        pins,
        proxy: parseProxy(proxy.host),
      })
      return findings.find(({ name }) => name === 'answer')
    }

    expect(await answerWith([pinOf(LOOPBACK_CERTIFICATE)])).toMatchObject({ result: 'ok' })
    expect(await answerWith([`sha256/${'A'.repeat(43)}=`])).toMatchObject({
      result: 'fail',
      says: expect.stringContaining('none of the pinned') as unknown,
    })
    expect(proxy.seen.map(({ method }) => method)).toEqual(['CONNECT', 'CONNECT'])
  })

  it('knows a real collector by its answer', async () => {
    const collector = new TestCollector()
    onTestFinished(() => collector.close())

    expect((await examine('--url', await collector.listen())).of('answer')).toMatchObject({ result: 'ok' })
  })
})

describe('whether the credential is accepted, doctor asks', () => {
  let collector: TestCollector
  let url: string
  beforeEach(async () => {
    collector = new TestCollector()
    url = await collector.listen()
    return () => collector.close()
  })
  const give = (credential: string, file = 'credential'): void => {
    mkdirSync(join(host.directory, 'state'), { recursive: true })
    writeFileSync(join(host.directory, 'state', file), `${credential}\n`, { mode: 0o600 })
  }

  it('and leaves no trace with a collector that knows it', async () => {
    const { id, credential } = await collector.enroll('web-1')
    give(credential)
    const before = { record: collector.ctx.projection.get(id), at: collector.ctx.projection.lastContactAt(id) }
    collector.clock.step(60_000)

    expect((await examine('--url', url)).of('accepted')).toMatchObject({ result: 'ok' })
    expect({ record: collector.ctx.projection.get(id), at: collector.ctx.projection.lastContactAt(id) }).toEqual(before)
  })

  it.each(['credential.next', 'credential.previous'])(
    'and takes the one in %s where a change of secrets was cut short',
    async (file) => {
      const { id, credential } = await collector.enroll('web-1')
      give(`ovds_${id}_${'x'.repeat(43)}`)
      give(credential, file)

      expect((await examine('--url', url)).of('accepted')).toMatchObject({ result: 'ok' })
    },
  )

  it('and does not change to a secret that was announced and not used yet', async () => {
    const { id, credential, report } = await collector.enroll('web-1')
    const secret = 'y'.repeat(43)
    const rotate = { credentialHash: hashSecret(secret) }
    await collector.post(paths.report(), credential, report.whole({ rotate }))
    give(credential)
    give(`ovds_${id}_${secret}`, 'credential.next')
    const before = collector.ctx.projection.get(id)

    expect(before?.nextCredential?.hash).toBe(rotate.credentialHash)
    expect((await examine('--url', url)).of('accepted')).toMatchObject({ result: 'ok' })
    expect(collector.ctx.projection.get(id)).toBe(before)
  })

  it('and does not try the secrets of another server', async () => {
    const { credential } = await collector.enroll('web-1')
    give(`ovds_s${'a'.repeat(26)}_${'x'.repeat(43)}`)
    give(credential, 'credential.next')

    expect((await examine('--url', url)).of('accepted')).toMatchObject({ result: 'fail' })
  })

  it('and tells one that is not known from one of a removed server', async () => {
    const { id, credential } = await collector.enroll('web-1')
    give(`ovds_s${'a'.repeat(26)}_${'x'.repeat(43)}`)
    const unknown = (await examine('--url', url)).of('accepted')
    const headers = { authorization: `Bearer ${collector.createToken('operator')}` }
    await fetch(`${url}/api/v1/servers/${id}`, { method: 'DELETE', headers })
    give(credential)
    const removed = (await examine('--url', url)).of('accepted')

    expect(unknown).toMatchObject({ result: 'fail', says: 'the collector does not accept the credential' })
    expect(removed).toMatchObject({ result: 'fail', says: 'this server was removed at the collector' })
  })

  it('and does not take the word of something else for it', async () => {
    const other = createServer((_request, response) => response.writeHead(405).end('{"kind":5}'))
    host.giveCredential()

    expect((await examine('--url', `http://127.0.0.1:${await listenOnLoopback(other)}`)).of('accepted')).toMatchObject({
      result: 'warn',
      says: expect.stringContaining('not known: the answer was 405') as unknown,
    })
  })
})

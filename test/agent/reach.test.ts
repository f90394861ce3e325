// How the agent reaches a collector that is not simply there: through proxies, and only with the key it was told of.
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collectorTarget, trusting } from '../../agent/enrolment/collector-target.ts'
import { checkConfig, type AgentConfig } from '../../agent/settings/config.ts'
import { readEnrolled, writeEnrolled } from '../../agent/enrolment/enrolled.ts'
import { parseJoinKey } from '../../agent/enrolment/join-key.ts'
import { pinOf } from '../../agent/delivery/pins.ts'
import { parseProxy } from '../../agent/delivery/proxy.ts'
import { createTransport, type Transport } from '../../agent/delivery/transport.ts'
import type { PostTarget } from '../../agent/delivery/transport-http.ts'
import { ConnectProxy } from '../support/connect-proxy.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../support/loopback-certificate.ts'
import { StandInCollector } from '../support/stand-in-collector.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const HEARTBEAT = { proto: 1, instance: '1'.repeat(32), seq: 1, uptimeMs: 1, root: 'r'.repeat(22) }
const NEVER = new AbortController().signal
const SECRET = 'x'.repeat(43)
const PIN = pinOf(LOOPBACK_CERTIFICATE)
const OTHER_PIN = `sha256/${'A'.repeat(43)}=`
const TLS = { key: LOOPBACK_KEY, cert: LOOPBACK_CERTIFICATE }

async function collectorWith(tls: typeof TLS | null): Promise<StandInCollector> {
  const collector = await new StandInCollector(tls).start()
  onTestFinished(() => collector.stop())
  return collector
}

async function proxyBefore(collector: StandInCollector): Promise<ConnectProxy> {
  const proxy = await new ConnectProxy(() => Number(new URL(collector.url).port)).start()
  onTestFinished(() => proxy.stop())
  return proxy
}

function transportTo(target: PostTarget): Transport {
  const transport = createTransport({
    ...target,
    credential: () => `ovds_s1_${SECRET}`,
    nowMs: () => 0,
  })
  onTestFinished(() => transport.close())
  return transport
}

const throughProxy = async (collector: StandInCollector, proxyText: string): Promise<PostTarget> => ({
  url: collector.url,
  secureContext: collector.url.startsWith('https') ? await trusting(LOOPBACK_CERTIFICATE) : null,
  proxy: parseProxy(proxyText),
})

describe('a proxy before an HTTPS collector', () => {
  it('is asked for a tunnel, and sees nothing of what goes through', async () => {
    const collector = await collectorWith(TLS)
    const proxy = await proxyBefore(collector)
    const transport = transportTo(await throughProxy(collector, proxy.host))

    expect(await transport.send(HEARTBEAT, NEVER)).toMatchObject({ kind: 'accepted' })
    expect(await transport.send({ ...HEARTBEAT, seq: 2 }, NEVER)).toMatchObject({ kind: 'accepted' })

    expect(proxy.seen[0]).toMatchObject({ method: 'CONNECT', target: new URL(collector.url).host })
    expect(proxy.tunnelled.length).toBeGreaterThan(0)
    expect(proxy.tunnelled.includes(SECRET)).toBe(false)
    expect(collector.received[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  it('is told user and password', async () => {
    const collector = await collectorWith(TLS)
    const proxy = await proxyBefore(collector)
    proxy.credentials = 'user:geheim'

    const result = await transportTo(await throughProxy(collector, `http://user:geheim@${proxy.host}`)).send(
      HEARTBEAT,
      NEVER,
    )

    expect(result).toMatchObject({ kind: 'accepted' })
  })

  it('that wants another password is named, the password is not', async () => {
    const collector = await collectorWith(TLS)
    const proxy = await proxyBefore(collector)
    proxy.credentials = 'user:geheim'

    const result = await transportTo(await throughProxy(collector, `http://user:falsch@${proxy.host}`)).send(
      HEARTBEAT,
      NEVER,
    )

    expect(result).toEqual({
      kind: 'retry-later',
      retryAfterMs: null,
      problem: `no answer: the proxy ${proxy.host} refused the connection: 407 (user and password are needed)`,
    })
    expect(collector.received).toEqual([])
  })

  it('that is not there is named', async () => {
    const collector = await collectorWith(TLS)
    const proxy = await proxyBefore(collector)
    const target = await throughProxy(collector, proxy.host)
    const { host } = proxy
    await proxy.stop()

    const result = await transportTo(target).send(HEARTBEAT, NEVER)

    expect(result).toMatchObject({ kind: 'retry-later', problem: expect.stringContaining(host) as string })
  })

  it('does not weaken the check of the certificate', async () => {
    const collector = await collectorWith(TLS)
    const proxy = await proxyBefore(collector)
    const target = { ...(await throughProxy(collector, proxy.host)), secureContext: await trusting(null) }

    expect(await transportTo(target).send(HEARTBEAT, NEVER)).toMatchObject({ kind: 'retry-later' })
    expect(collector.received).toEqual([])
  })
})

describe('a proxy before a plain collector', () => {
  it('gets the request whole, with its own credentials', async () => {
    const collector = await collectorWith(null)
    const proxy = await proxyBefore(collector)
    proxy.credentials = 'user:geheim'

    const result = await transportTo(await throughProxy(collector, `http://user:geheim@${proxy.host}`)).send(
      HEARTBEAT,
      NEVER,
    )

    expect(result).toMatchObject({ kind: 'accepted' })
    expect(proxy.seen[0]).toMatchObject({ method: 'POST', target: `${collector.url}/v1/report` })
    expect(collector.received[0]?.headers.host).toBe(new URL(collector.url).host)
  })
})

describe('a pinned key', () => {
  /** A collector with a certificate the agent trusts, that keeps every byte it can read. */
  async function interceptor(): Promise<{ url: string; read: () => Buffer; connections: () => number }> {
    let [bytes, connections] = [Buffer.alloc(0), 0]
    const server = createTlsServer(TLS, (socket: TLSSocket) => {
      connections += 1
      socket.on('error', () => {}).on('data', (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])))
    })
    server.on('tlsClientError', () => (connections += 1))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    return { url: `https://127.0.0.1:${port}`, read: () => bytes, connections: () => connections }
  }

  const target = async (url: string, pins: string[]): Promise<PostTarget> => ({
    url,
    pins,
    secureContext: await trusting(LOOPBACK_CERTIFICATE),
  })

  it.each([[[PIN]], [[OTHER_PIN, PIN]]])('lets reports through: %j', async (pins) => {
    const collector = await collectorWith(TLS)

    expect(await transportTo(await target(collector.url, pins)).send(HEARTBEAT, NEVER)).toMatchObject({
      kind: 'accepted',
    })
  })

  it('that is another one: a trusted man in the middle gets not one byte', async () => {
    const middle = await interceptor()

    const result = await transportTo(await target(middle.url, [OTHER_PIN])).send(HEARTBEAT, NEVER)

    expect(result).toMatchObject({ kind: 'retry-later', problem: expect.stringContaining('pinned') as string })
    await expect.poll(middle.connections).toBe(1)
    expect(middle.read().length).toBe(0)
  })

  it('is checked behind a proxy, too', async () => {
    const collector = await collectorWith(TLS)
    const proxy = await proxyBefore(collector)
    const pinned = { ...(await throughProxy(collector, proxy.host)), pins: [OTHER_PIN] }

    expect(await transportTo(pinned).send(HEARTBEAT, NEVER)).toMatchObject({ kind: 'retry-later' })
    expect(collector.received).toEqual([])
  })

  it('does not replace the check of the certificate', async () => {
    const collector = await collectorWith(TLS)
    const unknown = { ...(await target(collector.url, [PIN])), secureContext: await trusting(null) }

    expect(await transportTo(unknown).send(HEARTBEAT, NEVER)).toMatchObject({ kind: 'retry-later' })
    expect(collector.received).toEqual([])
  })
})

describe('where pins come from', () => {
  const config = (change: Partial<AgentConfig> = {}): AgentConfig => ({ ...checkConfig({}, {}), ...change })
  const enrolled = { url: 'https://overdue.example', ca: null, pins: [PIN] }

  it('is the bundle of the join key, and agent.toml before it', async () => {
    expect((await collectorTarget(config(), enrolled)).pins).toEqual([PIN])
    expect((await collectorTarget(config({ pins: [OTHER_PIN] }), enrolled)).pins).toEqual([OTHER_PIN])
    expect((await collectorTarget(config({ pins: [] }), enrolled)).pins).toEqual([])
  })

  it('is never a plain connection: there is no key to check', async () => {
    const plain = config({ url: 'http://127.0.0.1:8480', pins: [PIN] })

    await expect(collectorTarget(plain, null)).rejects.toThrow(/pins take https/)
  })

  it('is read from a bundle and kept', async () => {
    const bundle = `url = "https://overdue.example"\nkey = "ovdj_k1_${SECRET}"\npins = ["${PIN}", "${OTHER_PIN}"]`
    const path = join(temporaryDirectory(), 'enrolled.json')

    const { pins } = parseJoinKey('bundle', bundle)
    await writeEnrolled(path, { url: 'https://overdue.example', ca: null, pins })

    expect((await readEnrolled(path))?.pins).toEqual([PIN, OTHER_PIN])
  })

  it.each([['"sha256/short"'], ['["md5/abc"]'], ['[1]'], ['{}']])(
    'is refused when it cannot be read: %s',
    async (pins) => {
      const text = `url = "https://overdue.example"\nkey = "ovdj_k1_${SECRET}"\npins = ${pins}`
      const path = join(temporaryDirectory(), 'enrolled.json')
      writeFileSync(path, '{"url":"https://overdue.example","pins":["md5/abc"]}')

      expect(() => parseJoinKey('bundle', text)).toThrow(/pins/)
      await expect(readEnrolled(path)).rejects.toThrow(/remove the file/)
    },
  )

  it('is none for a host enrolled before there were pins', async () => {
    const path = join(temporaryDirectory(), 'enrolled.json')
    writeFileSync(path, '{"url":"https://overdue.example","ca":null}')

    expect((await readEnrolled(path))?.pins).toEqual([])
  })
})

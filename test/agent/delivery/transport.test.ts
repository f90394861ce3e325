import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SecureContext } from 'node:tls'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { collectorTarget, trusting } from '../../../agent/enrolment/collector-target.ts'
import { checkConfig } from '../../../agent/settings/config.ts'
import { createTransport, type Transport } from '../../../agent/delivery/transport.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../support/loopback-certificate.ts'
import { StandInCollector } from '../../support/stand-in-collector.ts'

const HEARTBEAT = { proto: 1, instance: '1'.repeat(32), seq: 1, uptimeMs: 1, root: 'r'.repeat(22) }
const NEVER = new AbortController().signal

let collector: StandInCollector
beforeEach(async () => {
  collector = await new StandInCollector().start()
  return () => collector.stop()
})

function transportTo(url: string, secureContext: SecureContext | null = null): Transport {
  const transport = createTransport({
    url,
    secureContext,
    credential: () => `ovds_s1_${'x'.repeat(43)}`,
    nowMs: () => 0,
  })
  onTestFinished(() => transport.close())
  return transport
}

/** Takes every report; keeps connections for `keepMs`, and says so. */
async function keeping(keepMs: number): Promise<{ url: string; connections: () => number; cutNext: () => void }> {
  let opened = 0
  let isCutting = false
  const server = createServer({ keepAliveTimeout: keepMs }, (request, response) => {
    request.resume().on('end', () => {
      if (isCutting) request.socket.resetAndDestroy()
      else response.end(JSON.stringify({ seq: 1, epoch: 'epoch-1', want: [], nextInMs: 60_000 }))
      isCutting = false
    })
  }).on('connection', () => (opened += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, connections: () => opened, cutNext: () => (isCutting = true) }
}

describe('a report on its way', () => {
  it('is authenticated JSON, plain while it is short', async () => {
    const result = await transportTo(collector.url).send(HEARTBEAT, NEVER)

    expect(result).toMatchObject({ kind: 'accepted', epoch: 'epoch-1' })
    expect(collector.received[0]?.headers).toMatchObject({
      authorization: `Bearer ovds_s1_${'x'.repeat(43)}`,
      'content-type': 'application/json',
    })
    expect(collector.received[0]?.headers).not.toHaveProperty('content-encoding')
  })

  it('is compressed when it is long', async () => {
    await transportTo(collector.url).send({ ...HEARTBEAT, reason: 'x'.repeat(50_000) }, NEVER)

    expect(collector.received[0]?.headers['content-encoding']).toBe('gzip')
    expect(Number(collector.received[0]?.headers['content-length'])).toBeLessThan(500)
    expect(collector.received[0]?.body['reason']).toHaveLength(50_000)
  })

  it('finds a collector behind a path', async () => {
    await transportTo(`${collector.url}/overdue/`).send(HEARTBEAT, NEVER)

    expect(collector.received[0]?.path).toBe('/overdue/v1/report')
  })

  it('is many reports over time with one client', async () => {
    const transport = transportTo(collector.url)
    for (let seq = 1; seq <= 5; seq++) await transport.send({ ...HEARTBEAT, seq }, NEVER)

    expect(collector.reports.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  })

  it('uses one connection for as long as the collector says it keeps it', async () => {
    const { url, connections } = await keeping(75_000)
    const transport = transportTo(url)
    await transport.send(HEARTBEAT, NEVER)
    // Longer than a connection is kept for a server that does not say.
    await sleep(4_500)
    await transport.send({ ...HEARTBEAT, seq: 2 }, NEVER)

    expect(connections()).toBe(1)
  })

  it('goes out once more when the connection that was kept is cut under it', async () => {
    const { url, connections, cutNext } = await keeping(75_000)
    const transport = transportTo(url)
    await transport.send(HEARTBEAT, NEVER)
    cutNext()

    expect(await transport.send({ ...HEARTBEAT, seq: 2 }, NEVER)).toMatchObject({ kind: 'accepted' })
    expect(connections()).toBe(2)
  })

  it('is tried later when a new connection is cut', async () => {
    const { url, connections, cutNext } = await keeping(75_000)
    cutNext()

    expect(await transportTo(url).send(HEARTBEAT, NEVER)).toMatchObject({ kind: 'retry-later' })
    expect(connections()).toBe(1)
  })

  it('says what went wrong when nobody listens', async () => {
    const { url } = collector
    await collector.stop()

    expect(await transportTo(url).send(HEARTBEAT, NEVER)).toEqual({
      kind: 'retry-later',
      retryAfterMs: null,
      problem: expect.stringContaining('ECONNREFUSED') as string,
    })
  })

  it('is not waited for after a stop', async () => {
    const stop = new AbortController()
    collector.manners = 'hang'
    const sending = transportTo(collector.url).send(HEARTBEAT, stop.signal)
    await collector.until('the request', () => collector.received.length > 0)
    stop.abort()

    expect(await sending).toMatchObject({ kind: 'retry-later', problem: 'no answer: stopped' })
  })

  it('goes through again after an answer that was cut', async () => {
    const transport = transportTo(collector.url)
    collector.manners = 'reset'
    const cut = await transport.send(HEARTBEAT, NEVER)
    collector.manners = 'good'

    expect(cut.kind).toBe('retry-later')
    expect(await transport.send(HEARTBEAT, NEVER)).toMatchObject({ kind: 'accepted' })
  })
})

describe('a collector with TLS', () => {
  async function withTls(): Promise<StandInCollector> {
    const secure = await new StandInCollector({ key: LOOPBACK_KEY, cert: LOOPBACK_CERTIFICATE }).start()
    onTestFinished(() => secure.stop())
    return secure
  }

  it('is believed when its authority is ours', async () => {
    const secure = await withTls()

    expect(await transportTo(secure.url, await trusting(LOOPBACK_CERTIFICATE)).send(HEARTBEAT, NEVER)).toMatchObject({
      kind: 'accepted',
    })
  })

  it('is not told anything when its authority is not', async () => {
    const secure = await withTls()
    const config = checkConfig({ url: { value: secure.url, origin: 'test', key: 'url' } }, {})
    const { secureContext } = await collectorTarget(config, null)

    expect(await transportTo(secure.url, secureContext).send(HEARTBEAT, NEVER)).toMatchObject({
      kind: 'retry-later',
      problem: expect.stringMatching(/self-signed certificate/) as string,
    })
    expect(secure.received).toEqual([])
  })

  it('is not told anything when its certificate is another host’s', async () => {
    const secure = await withTls()
    const result = await transportTo(
      secure.url.replace('127.0.0.1', 'localhost'),
      await trusting(LOOPBACK_CERTIFICATE),
    ).send(HEARTBEAT, NEVER)

    expect(result.kind).toBe('retry-later')
    expect(secure.received).toEqual([])
  })
})

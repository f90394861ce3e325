// Who gets a connection, under which name, and what headers of strangers are worth. L18: spoofed X-Forwarded-For.
import http from 'node:http'
import { connect as connectPlain, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { capConnections } from '../../collector/api/connection-cap.ts'
import { DEFAULT_TIMEOUTS } from '../../collector/api/http-server.ts'
import { knownHosts } from '../../collector/api/known-hosts.ts'
import { paths } from '../../shared/protocol/paths.ts'
import type { Problem } from '../../shared/protocol/problems.ts'
import { TestCollector, type TestCollectorOptions } from '../support/test-collector.ts'

function collectorWith(options: TestCollectorOptions): TestCollector {
  const collector = new TestCollector(options)
  onTestFinished(() => collector.close())
  return collector
}

describe('X-Forwarded-For', () => {
  /** An enrolment with a join key for 192.0.2.0/24, as if from `peer`. */
  async function enrolFrom(peer: string, forwardedFor: string, trustedProxies: string[]): Promise<number> {
    const collector = collectorWith({ config: { trustedProxies } })
    const answer = await collector.app.inject({
      method: 'POST',
      url: paths.enroll(),
      remoteAddress: peer,
      headers: {
        authorization: `Bearer ${collector.createJoinKey({ cidrs: ['192.0.2.0/24'] })}`,
        'content-type': 'application/json',
        'x-forwarded-for': forwardedFor,
      },
      payload: JSON.stringify({ proto: 1, credentialHash: 'h'.repeat(43), name: 'web-1' }),
    })
    return answer.statusCode
  }

  it.each([
    ['from nobody we trust is a claim', '203.0.113.9', '192.0.2.7', [], 401],
    ['from another proxy than ours is a claim', '203.0.113.9', '192.0.2.7', ['10.0.0.0/8'], 401],
    ['from our proxy counts', '10.0.0.5', '192.0.2.7', ['10.0.0.0/8'], 200],
    ['from our proxy counts with an IPv4 peer written as IPv6', '::ffff:10.0.0.5', '192.0.2.7', ['10.0.0.0/8'], 200],
    [
      'counts from the right: what a client put before is not looked at',
      '10.0.0.5',
      '192.0.2.7, 198.51.100.1',
      ['10.0.0.0/8'],
      401,
    ],
    ['counts through two proxies of ours', '10.0.0.5', '192.0.2.7, 10.0.0.6', ['10.0.0.0/8'], 200],
    ['that is no address lets nobody in', '10.0.0.5', 'localhost', ['10.0.0.0/8'], 401],
  ])('%s', async (_case, peer, forwardedFor, trusted, status) => {
    expect(await enrolFrom(peer, forwardedFor, trusted)).toBe(status)
  })
})

describe('the Host header', () => {
  const settings = {
    listen: { host: '10.1.2.3', port: 8480 },
    publicUrl: 'https://overdue.example',
    allowedHosts: ['alias'],
  }
  const anywhere = { listen: { host: '0.0.0.0', port: 8480 }, publicUrl: null, allowedHosts: [] }

  it.each([
    ['overdue.example', true],
    ['OVERDUE.example:8480', true],
    ['10.1.2.3:1', true],
    ['alias', true],
    ['localhost:8480', true],
    ['127.8.8.8', true],
    ['[::1]:8480', true],
    ['evil.example', false],
    ['overdue.example.evil.example', false],
    ['xoverdue.example', false],
    ['10.1.2.4', false],
    ['', false],
    ['overdue.example:x', false],
    ['overdue.example@evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
  ])('%j is ours: %s', (host, isOurs) => {
    expect(knownHosts(settings)(host)).toBe(isOurs)
  })

  it.each([
    ['192.0.2.9:8480', true],
    ['[2001:db8::1]', true],
    ['evil.example', false],
    ['192.0.2.9.evil.example', false],
  ])('%j is ours where we listen everywhere: %s', (host, isOurs) => {
    expect(knownHosts(anywhere)(host)).toBe(isOurs)
  })

  it('of a stranger gets 421 on a page, too', async () => {
    const answer = await collectorWith({}).get(paths.loginPage(), null, { host: 'evil.example' })

    expect(answer.statusCode).toBe(421)
  })

  it.each([[paths.healthy()], [paths.servers()], ['/nowhere']])(
    'of a stranger gets 421 and the way to mend it: %s',
    async (url) => {
      const collector = collectorWith({})
      const answer = await collector.get(url, collector.createToken('reader'), { host: 'evil.example' })

      expect(answer.statusCode).toBe(421)
      expect(answer.json<Problem>()).toMatchObject({
        kind: 'misdirected-request',
        detail: expect.stringContaining('allowedHosts') as string,
      })
    },
  )

  it('is not taken from X-Forwarded-Host, not even from our proxy', async () => {
    const collector = collectorWith({ config: { trustedProxies: ['127.0.0.0/8'] } })
    const cookie = { 'x-forwarded-host': 'evil.example', host: 'overdue.test' }

    const page = await collector.get(paths.loginPage(), null, cookie)

    expect(page.statusCode).toBe(200)
    expect(page.body).not.toContain('evil.example')
  })
})

const ONE_EACH = { enroll: 1, heartbeat: 1, read: 1, report: 1, readers: 1 }

describe('too much at once', () => {
  it('is refused in the order in which it can wait: new servers, heartbeats, readers, reports', async () => {
    const statuses = async (limits: { enroll: number; heartbeat: number; read: number; report: number }) => {
      const collector = collectorWith({ server: { inFlight: { ...limits, readers: 1 } } })
      const answers = {
        enroll: await collector.post(paths.enroll(), collector.createJoinKey(), {}),
        heartbeat: await collector.post(paths.report(), null, {}),
        read: await collector.get(paths.summary(), collector.createToken('reader')),
        report: await collector.post(paths.report(), null, { reason: 'x'.repeat(300) }),
        healthy: await collector.get(paths.healthy(), null),
      }
      return Object.values(answers).map(({ statusCode }) => statusCode)
    }

    const all = { enroll: 1, heartbeat: 1, read: 1, report: 1 }
    expect(await statuses(all)).toEqual([422, 401, 200, 401, 200])
    expect(await statuses({ ...all, enroll: 0 })).toEqual([503, 401, 200, 401, 200])
    expect(await statuses({ ...all, enroll: 0, heartbeat: 0 })).toEqual([503, 503, 200, 401, 200])
    expect(await statuses({ ...all, enroll: 0, heartbeat: 0, read: 0 })).toEqual([503, 503, 503, 401, 200])
    expect(await statuses({ enroll: 0, heartbeat: 0, read: 0, report: 0 })).toEqual([503, 503, 503, 503, 200])
  })

  it('sends callers away for 5 to 30 s, and takes them again when there is room', async () => {
    const collector = collectorWith({ server: { inFlight: ONE_EACH } })
    const url = new URL(await collector.listen())
    const token = collector.createToken('reader')
    const ask = async (): Promise<Response> =>
      await fetch(new URL(paths.summary(), url), { headers: { authorization: `Bearer ${token}` } })
    const slow = connectPlain(Number(url.port), '127.0.0.1')
    slow.write(`POST ${paths.report()} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nContent-Type: application/json\r\n`)
    slow.write(`Authorization: Bearer ${(await collector.enroll('slow')).credential}\r\n\r\n{`)
    let refused = await ask()
    while (refused.status !== 503) refused = await ask()

    const after = Number(refused.headers.get('retry-after'))
    expect(after).toBeGreaterThanOrEqual(5)
    expect(after).toBeLessThanOrEqual(30)
    expect(((await refused.json()) as Problem).kind).toBe('overloaded')

    // A client that goes away gives its place back.
    slow.destroy()
    await expect.poll(async () => (await ask()).status).toBe(200)
  })
})

describe('connections', () => {
  it('of one address have a limit, and places of closed ones are free again', async () => {
    const server = http.createServer()
    server.removeAllListeners('connection')
    capConnections(server, 2, ['198.51.100.0/24'])
    // Other addresses than loopback cannot be had in a test: the sockets are made up.
    const make = (remoteAddress: string) => {
      const socket = { remoteAddress, destroyed: false, close: () => {} }
      const fake = Object.assign(socket, {
        destroy: () => (socket.destroyed = true),
        once: (_name: string, listener: () => void) => (socket.close = listener),
      })
      server.emit('connection', fake as unknown as Socket)
      return fake
    }

    const [first, second, third, other] = [make('192.0.2.1'), make('192.0.2.1'), make('192.0.2.1'), make('192.0.2.2')]
    expect([first, second, third, other].map(({ destroyed }) => destroyed)).toEqual([false, false, true, false])
    first.close()
    expect(make('192.0.2.1').destroyed).toBe(false)
    expect(make('192.0.2.1').destroyed).toBe(true)
    for (const exempt of ['127.0.0.1', '::ffff:127.0.0.1', '198.51.100.7']) {
      expect([make(exempt), make(exempt), make(exempt)].some(({ destroyed }) => destroyed)).toBe(false)
    }
  })

  it('have a limit in all', async () => {
    const collector = collectorWith({ config: { limits: { connections: 1, connectionsPerAddress: 1 } } })
    const { port } = new URL(await collector.listen())
    const first = connectPlain(Number(port), '127.0.0.1')
    await new Promise((resolve) => first.once('connect', resolve))

    const second = connectPlain(Number(port), '127.0.0.1')
    await new Promise((resolve) => second.on('error', () => {}).once('close', resolve))

    expect(first.destroyed).toBe(false)
    first.destroy()
  })
})

describe('slow clients', () => {
  const timeouts = {
    ...DEFAULT_TIMEOUTS,
    headersTimeoutMs: 200,
    requestTimeoutMs: 400,
    connectionCheckMs: 50,
    answerTimeoutMs: 300,
  }

  it('are all cut, whether headers or body drip or nothing comes at all, while others are answered', async () => {
    const collector = collectorWith({ server: { timeouts } })
    const url = await collector.listen()
    const { credential } = await collector.enroll('slow')
    const head = `POST ${paths.report()} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${credential}\r\n`
    const starts = [
      '',
      'GET / HTTP/1.1\r\nHost: x\r\nX-',
      `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
    ]
    const sockets = Array.from({ length: 300 }, (_, i) => dripping(Number(new URL(url).port), starts[i % 3] ?? ''))

    const healthy = await fetch(`${url}${paths.healthy()}`)
    await Promise.all(sockets.map(({ closed }) => closed))

    expect(healthy.status).toBe(200)
    expect((await fetch(`${url}${paths.healthy()}`)).status).toBe(200)
  })

  it('that do not read their answer are cut', async () => {
    const collector = collectorWith({ server: { timeouts } })
    // More than the buffers of two sockets hold.
    collector.app.get('/large', () => 'x'.repeat(64 * 1024 * 1024))
    const { port } = new URL(await collector.listen())
    const socket = connectPlain(Number(port), '127.0.0.1')
    socket.on('error', () => {}).pause()
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n')

    await expect.poll(() => connectionCount(collector), { timeout: 10_000 }).toBe(1)
    await expect.poll(() => connectionCount(collector), { timeout: 10_000 }).toBe(0)
    socket.destroy()
  })
})

/** A connection that sends `start` and then a byte now and then, until it is cut. */
function dripping(port: number, start: string): { closed: Promise<void> } {
  const socket = connectPlain(port, '127.0.0.1', () => socket.write(start))
  const drip = setInterval(() => start !== '' && socket.write('a'), 50)
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => {}).on('data', () => {})
    socket.on('close', () => {
      clearInterval(drip)
      resolve()
    })
  })
  return { closed }
}

function connectionCount(collector: TestCollector): Promise<number> {
  return new Promise((resolve, reject) => {
    collector.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })
}

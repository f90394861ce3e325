import { request as httpRequest, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { hashSecret } from '../../../shared/secret.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import type { ReportReply } from '../../../shared/protocol/report.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

const WAIT = { prefer: 'wait=40' }

let collector: TestCollector
let server: TestServer
beforeEach(async () => {
  collector = new TestCollector()
  server = await collector.enroll('web-1')
  await report(server.report.whole())
})
afterEach(() => collector.close())

const report = (body: unknown, headers: Record<string, string> = {}) =>
  collector.post(paths.report(), server.credential, body, headers)

const parked = () => until('the poll is parked', () => collector.ctx.polls.isParked(server.id))

/** A heartbeat whose answer is held by now. */
async function park(): Promise<{ answer: Promise<Awaited<ReturnType<typeof report>>> }> {
  const answer = report(server.report.heartbeat(), WAIT)
  await parked()
  return { answer }
}

function pass(ms: number): void {
  collector.clock.step(ms)
  collector.ctx.polls.tick()
}

describe('a heartbeat that likes to wait', () => {
  it('is answered at the end of its hold, with nothing to tell and the word that it was held', async () => {
    const { answer } = await park()
    pass(30_000)
    expect(collector.ctx.polls.size).toBe(1)
    pass(10_000)

    const { statusCode, headers, ...rest } = await answer
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({ 'preference-applied': 'wait' })
    expect(rest.json()).toMatchObject({ want: [], nextInMs: 60_000 })
    expect(rest.json()).not.toHaveProperty('ask')
  })

  it('waits for a minute at most, whatever it would like', async () => {
    const answer = report(server.report.heartbeat(), { prefer: 'respond-async, wait=86400' })
    await parked()
    pass(60_000)

    expect((await answer).headers).toMatchObject({ 'preference-applied': 'wait' })
  })

  it.each(['wait=0', 'wait=', 'wait', 'waiting=9', 'handling=strict', 'wait=-5'])(
    'is answered at once when what it prefers is not a wait: %s',
    async (prefer) => {
      const answer = await report(server.report.heartbeat(), { prefer })

      expect(answer.statusCode).toBe(200)
      expect(answer.headers).not.toHaveProperty('preference-applied')
    },
  )

  it('is answered at once when sections are wanted', async () => {
    const answer = await report({ ...server.report.heartbeat(), root: 'x'.repeat(22) }, WAIT)

    expect(answer.headers).not.toHaveProperty('preference-applied')
    expect(answer.json<ReportReply>().want).not.toEqual([])
  })

  it('is answered when the server reports something else, and that report is taken in at once', async () => {
    const { answer } = await park()
    server.report.raiseFlag(['libssl3'])
    const changed = await report(server.report.whole())

    expect(changed.json()).toMatchObject({ want: [] })
    expect((await answer).json()).toMatchObject({ want: [] })
    expect(collector.ctx.polls.size).toBe(0)
  })

  it('of two, the newer one waits', async () => {
    const { answer: first } = await park()
    const second = report(server.report.heartbeat(), WAIT)

    expect((await first).headers).toMatchObject({ 'preference-applied': 'wait' })
    await parked()
    pass(60_000)
    await second
  })

  it('does not wait when its server is about to go', async () => {
    const { answer } = await park()
    const goodbye = await report({ ...server.report.heartbeat(), goodbye: 'restarting' }, WAIT)

    expect(goodbye.headers).not.toHaveProperty('preference-applied')
    expect((await answer).statusCode).toBe(200)
    expect(collector.ctx.polls.isParked(server.id)).toBe(false)
  })
})

describe('an ask', () => {
  it('goes out at once with the answer that was held, and the report that answers it settles it', async () => {
    const { answer } = await park()
    const answered = Promise.withResolvers<void>()
    const { id } = collector.ctx.asks.ask(server.id, { scan: true }, answered.resolve)

    expect((await answer).json()).toMatchObject({ want: [], ask: { id, scan: true } })
    await report({ ...server.report.whole(), answers: id })
    await answered.promise
  })

  it('goes out with the next answer when no poll is parked', async () => {
    const { id } = collector.ctx.asks.ask(server.id, { scan: false })
    const answer = await report(server.report.heartbeat(), WAIT)

    expect(answer.json()).toMatchObject({ ask: { id, scan: false } })
    expect(answer.headers).not.toHaveProperty('preference-applied')
  })
})

describe('a credential that ends', () => {
  it('ends the poll of a server that is removed, and says so', async () => {
    const { answer } = await park()
    const token = collector.createToken('operator')
    await collector.app.inject({
      method: 'DELETE',
      url: paths.server(server.id),
      headers: { authorization: `Bearer ${token}` },
    })

    const { statusCode, ...rest } = await answer
    expect(statusCode).toBe(410)
    expect(rest.json<Problem>().kind).toBe('credential-revoked')
  })

  it('ends the poll that came with the old secret, as soon as the new one is used', async () => {
    const secret = 'n'.repeat(43)
    await report({ ...server.report.heartbeat(), rotate: { credentialHash: hashSecret(secret) } })
    const { answer } = await park()
    const renewed = { ...server, credential: `ovds_${server.id}_${secret}` }
    // Whoever holds the new one need not know the numbering.
    const other = await collector.post(paths.report(), renewed.credential, { ...server.report.heartbeat(), seq: 1 })

    expect(other.statusCode).toBe(409)
    const { statusCode, ...rest } = await answer
    expect(statusCode).toBe(401)
    expect(rest.json<Problem>().kind).toBe('unauthenticated')
  })

  it('ends the poll of the old secret when its day is over', async () => {
    await report({ ...server.report.heartbeat(), rotate: { credentialHash: hashSecret('n'.repeat(43)) } })
    collector.clock.step(24 * 3_600_000 - 5_000)
    const { answer } = await park()
    pass(5_000)

    expect((await answer).statusCode).toBe(200)
    expect((await report(server.report.heartbeat(), WAIT)).statusCode).toBe(200)
    collector.clock.step(1)
    expect((await report(server.report.heartbeat(), WAIT)).statusCode).toBe(401)
  })

  it('has nothing held back that announces its successor', async () => {
    const rotate = { credentialHash: hashSecret('n'.repeat(43)) }

    expect((await report({ ...server.report.heartbeat(), rotate }, WAIT)).statusCode).toBe(200)
  })
})

describe('a connection', () => {
  it('that closes while its answer is held is noticed at once', async () => {
    const poll = await pollOverWire()
    expect(collector.ctx.polls.isConnected(server.id)).toBe(true)
    poll.request.destroy()

    await until('the poll is dropped', () => !collector.ctx.polls.isConnected(server.id))
    expect(collector.ctx.polls.disconnectedSince(server.id)).toBe(collector.clock.now())
  })

  it('holds no place among the requests under way', async () => {
    await collector.close()
    collector = new TestCollector({
      server: { inFlight: { enroll: 1, heartbeat: 1, read: 1, report: 1, readers: 1 } },
    })
    server = await collector.enroll('web-1')
    await report(server.report.whole())
    const { answer } = await park()

    expect((await collector.get(paths.summary(), collector.createToken('reader'))).statusCode).toBe(200)
    pass(60_000)
    await answer
  })

  it('is kept open while the collector stops, until each poll was told its own moment to come back', async () => {
    const second = await collector.enroll('web-2')
    await collector.post(paths.report(), second.credential, second.report.whole())
    const first = await pollOverWire()
    const other = await pollOverWire(second)
    void collector.app.close()

    const answers = await Promise.all([first.answer, other.answer])
    for (const { headers, body } of answers) {
      expect(headers).not.toHaveProperty('preference-applied')
      expect(body.nextInMs).toBeGreaterThanOrEqual(0)
      expect(body.nextInMs).toBeLessThan(30_000)
    }
    expect(answers[0].body.nextInMs).not.toBe(answers[1].body.nextInMs)
  })

  it('is answered after it was idle for longer than requests may take to come in', async () => {
    await collector.close()
    const timeouts = { headersTimeoutMs: 50, requestTimeoutMs: 100, keepAliveTimeoutMs: 50, answerTimeoutMs: 50 }
    collector = new TestCollector({
      server: { timeouts: { ...timeouts, connectionCheckMs: 10, handshakeTimeoutMs: 1_000 } },
    })
    server = await collector.enroll('web-1')
    await report(server.report.whole())
    const poll = await pollOverWire()
    await new Promise((resolve) => setTimeout(resolve, 500))
    pass(60_000)

    expect((await poll.answer).statusCode).toBe(200)
  })
})

type WireAnswer = { statusCode: number | undefined; headers: IncomingMessage['headers']; body: ReportReply }

/** Parked, over a connection of its own. */
async function pollOverWire(of = server) {
  const listening = collector.app.server.address() === null ? await collector.listen() : null
  const address = collector.app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : Number(new URL(listening ?? '').port)
  const { promise: answer, resolve, reject } = Promise.withResolvers<WireAnswer>()
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path: paths.report(),
    method: 'POST',
    headers: { authorization: `Bearer ${of.credential}`, 'content-type': 'application/json', ...WAIT },
  })
  request.on('error', reject).on('response', (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    response.on('end', () => {
      resolve({ statusCode: response.statusCode, headers: response.headers, body: JSON.parse(text) as ReportReply })
    })
  })
  request.end(JSON.stringify(of.report.heartbeat()))
  onTestFinished(() => void request.destroy())
  answer.catch(() => undefined)
  await until('the poll is parked', () => collector.ctx.polls.isParked(of.id))
  return { request, answer }
}

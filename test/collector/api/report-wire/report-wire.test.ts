// On bare sockets, against a whole collector: what is read here, what is handed over, and what becomes of connections.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_TIMEOUTS } from '../../../../collector/api/http-server.ts'
import { BareClient } from '../../../support/bare-client.ts'
import { TestCollector, type TestServer } from '../../../support/test-collector.ts'
import { until } from '../../../support/until.ts'

const CHECK_MS = 50
const KEEP_ALIVE_MS = 300
const timeouts = { ...DEFAULT_TIMEOUTS, keepAliveTimeoutMs: KEEP_ALIVE_MS, connectionCheckMs: CHECK_MS }

describe('connections of agents', () => {
  let collector: TestCollector
  let server: TestServer
  let port: number
  const clients: BareClient[] = []
  beforeEach(async () => {
    collector = new TestCollector({ server: { timeouts } })
    port = Number(new URL(await collector.listen()).port)
    server = await collector.enroll('web-1')
  })
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy()
    await collector.close()
  })

  function open(): BareClient {
    const client = new BareClient(port)
    clients.push(client)
    return client
  }

  function requestOf(headers: readonly string[] = [], body = JSON.stringify(server.report.whole())): string {
    const lines = [
      'POST /v1/report HTTP/1.1',
      'Host: 127.0.0.1',
      `Authorization: Bearer ${server.credential}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
    ]
    return `${lines.join('\r\n')}\r\n\r\n${body}`
  }

  it('take one report after the other, also those that came before the answer to the last', async () => {
    const client = open()
    client.send(requestOf())
    await client.answers(1)
    client.send(requestOf() + requestOf() + requestOf())

    expect(await client.answers(4)).toEqual(['200', '200', '200', '200'])
    expect(client.heard).toContain('keep-alive: timeout=0')
    expect(client.heard).toMatch(/date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/)
  })

  it('may send a report in pieces', async () => {
    const text = requestOf()
    const client = open()
    const head = text.indexOf('\r\n\r\n') + 4
    for (const piece of [text.slice(0, head), text.slice(head, head + 100), text.slice(head + 100)]) {
      client.send(piece)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }

    expect(await client.answers(1)).toEqual(['200'])
  })

  it.each([1, 20, 60])('may break off after %i bytes of the head: the library reads on', async (at) => {
    const text = requestOf()
    const client = open()
    client.send(text.slice(0, at))
    await new Promise((resolve) => setTimeout(resolve, 3 * CHECK_MS))
    client.send(text.slice(at))

    expect(await client.answers(1)).toEqual(['200'])
  })

  it('are the library’s from the first request that is anything else, and reports go on', async () => {
    const client = open()
    client.send(requestOf())
    await client.answers(1)
    client.send(`GET /-/healthy HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    await client.answers(2)
    client.send(requestOf())
    await client.answers(3)
    client.send('NO HTTP AT ALL\r\n\r\n')

    expect(await client.answers(4)).toEqual(['200', '200', '200', '400'])
    await until('closed', () => client.isClosed)
  })

  it('hear what is wrong with a report, and stay', async () => {
    const client = open()
    client.send(requestOf([], '{"proto":'))
    await client.answers(1)
    client.send(requestOf().replace(server.credential, `${server.credential.slice(0, -1)}~`))
    await client.answers(2)
    client.send(requestOf().replace('application/json', 'text/plain'))
    await client.answers(3)
    client.send(requestOf().replace('Host: 127.0.0.1', 'Host: rebound.example'))
    await client.answers(4)
    client.send(requestOf())

    expect(await client.answers(5)).toEqual(['400', '401', '415', '421', '200'])
  })

  it('may not make us keep what a stranger sends in pieces', async () => {
    const client = open()
    const text = requestOf().replace(server.credential, `${server.credential.slice(0, -1)}~`)
    client.send(text.slice(0, -10))

    // Refused before the rest of it has come, as it always was.
    expect(await client.answers(1)).toEqual(['401'])
  })

  it('are closed when nothing comes on them, and when the collector closes', async () => {
    const quiet = open()
    quiet.send(requestOf())
    await quiet.answers(1)
    await until('closed', () => quiet.isClosed)
    const late = open()
    late.send(requestOf())
    await late.answers(1)
    await collector.app.close()
    await until('closed', () => late.isClosed)

    expect([quiet.statuses, late.statuses]).toEqual([['200'], ['200']])
  })

  it('that never say anything get the library’s answer to that', async () => {
    const short = { ...timeouts, headersTimeoutMs: 200, requestTimeoutMs: 200 }
    const other = new TestCollector({ server: { timeouts: short } })
    const client = new BareClient(Number(new URL(await other.listen()).port))
    await until('closed', () => client.isClosed)
    await other.close()

    expect(client.statuses).toEqual(['408'])
  })

  it('that go away while an answer is held are gone at once', async () => {
    const client = open()
    client.send(requestOf())
    await client.answers(1)
    const heartbeat = JSON.stringify(server.report.heartbeat())
    client.send(requestOf(['Prefer: wait=50'], heartbeat))
    await until('held', () => collector.ctx.polls.size === 1)
    client.socket.end()

    await until('gone', () => collector.ctx.polls.size === 0)
    await until('closed', () => client.isClosed)
    expect(client.statuses).toEqual(['200'])
  })
})

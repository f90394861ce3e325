// Whatever is sent gets the answer that the HTTP library alone would give: heads bent in every way, each sent to both.
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BODY_BUDGET_BYTES, BodyBudget } from '../../../../collector/api/body-budget.ts'
import { answerClientError } from '../../../../collector/api/errors.ts'
import { DEFAULT_TIMEOUTS } from '../../../../collector/api/http-server.ts'
import { IN_FLIGHT_LIMITS, InFlight } from '../../../../collector/api/in-flight.ts'
import { ReportDoor } from '../../../../collector/api/report-door.ts'
import { readReports } from '../../../../collector/api/report-wire/report-wire.ts'
import { BareClient } from '../../../support/bare-client.ts'
import { TestCollector, type TestServer } from '../../../support/test-collector.ts'

const CASES = 400
const AT_ONCE = 40
const TIMES = { ...DEFAULT_TIMEOUTS, connectionCheckMs: 20 }
const LIBRARY_TIMES = {
  headersTimeout: 150,
  requestTimeout: 150,
  connectionsCheckingInterval: 20,
  maxHeaderSize: 8_192,
}

let collector: TestCollector
let server: TestServer
const servers: http.Server[] = []
let ports: number[]

/** The door on a server of its own; what is not a report is not found. */
function serve(isRead: boolean): http.Server {
  const door = new ReportDoor(collector.ctx, {
    requireKnownHost: () => {},
    inFlight: new InFlight(IN_FLIGHT_LIMITS),
    budget: new BodyBudget(BODY_BUDGET_BYTES),
    newRequestId: () => 'one',
    addressOf: () => '127.0.0.1',
    keepAliveMs: 75_000,
    onAnswered: () => undefined,
  })
  const created = http.createServer(LIBRARY_TIMES, (request, reply) => {
    if (door.isFor(request)) door.answer(request, reply)
    else reply.writeHead(404).end()
  })
  created.on('clientError', answerClientError)
  if (isRead) readReports(created, 'connection', door.wirePorts(), TIMES)
  return created
}

beforeAll(async () => {
  collector = new TestCollector()
  server = await collector.enroll('web-1')
  servers.push(serve(true), serve(false))
  for (const one of servers) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  ports = servers.map((one) => (one.address() as AddressInfo).port)
})
afterAll(async () => {
  for (const one of servers) one.closeAllConnections()
  for (const one of servers) await new Promise((resolve) => one.close(resolve))
  await collector.close()
})

const body = () => JSON.stringify(server.report.heartbeat())
const LINES = (): string[] => [
  'POST /v1/report HTTP/1.1',
  'Host: 127.0.0.1',
  `Authorization: Bearer ${server.credential}`,
  'Content-Type: application/json',
  `Content-Length: ${body().length}`,
]

type Bend = (lines: string[]) => string[]
const at = fc.nat({ max: 4 })
const character = fc.constantFrom(
  '\0',
  '\t',
  '\n',
  '\r',
  ' ',
  '  ',
  ':',
  ';',
  ',',
  '"',
  '\x7f',
  '\x80',
  'é',
  'A',
  '0',
  '\\',
  '\r\n',
)
const field = fc.constantFrom(
  'Transfer-Encoding: chunked',
  'transfer-encoding : chunked',
  'Transfer-Encoding: identity',
  'Content-Length: 0',
  'Content-Length: 5',
  'Content-Length: -1',
  'content-length: 0x10',
  'Content-Length: 1, 1',
  'Host: other',
  'Expect: 100-continue',
  'Expect: nothing',
  'Upgrade: websocket',
  'Connection: upgrade',
  'Connection: close',
  'Connection: keep-alive',
  'Prefer: wait=0',
  'X: 1',
  ' folded',
  '',
  `X: ${'a'.repeat(9_000)}`,
)
const bends: fc.Arbitrary<Bend> = fc.oneof(
  fc.tuple(at, fc.nat({ max: 60 }), character).map(
    ([line, place, what]): Bend =>
      (lines) =>
        lines.map((text, index) => (index === line ? text.slice(0, place) + what + text.slice(place) : text)),
  ),
  fc.tuple(at, field).map(
    ([place, line]): Bend =>
      (lines) =>
        lines.toSpliced(place + 1, 0, line),
  ),
  at.map(
    (line): Bend =>
      (lines) =>
        lines.toSpliced(line, 1),
  ),
  fc.tuple(at, fc.nat({ max: 40 })).map(
    ([line, length]): Bend =>
      (lines) =>
        lines.map((text, index) => (index === line ? text.slice(0, length) : text)),
  ),
)

/** Statuses of all answers, and whether the connection was closed, once nothing comes any more. */
async function heardFrom(port: number, text: string): Promise<string> {
  const client = new BareClient(port)
  client.send(text)
  // Longer than the library waits for what does not come.
  await new Promise((resolve) => setTimeout(resolve, 450))
  const heard = `${client.statuses.join(' ')}${client.isClosed ? ' closed' : ''}`
  client.socket.destroy()
  return heard
}

describe('a head that is not as agents send it', { timeout: 60_000 }, () => {
  it('is answered as the library alone would', async () => {
    const samples = fc.sample(fc.array(bends, { minLength: 1, maxLength: 2 }), { numRuns: CASES, seed: 20_261_123 })
    const texts = samples.map(
      (list) => `${list.reduce((lines, bend) => bend(lines), LINES()).join('\r\n')}\r\n\r\n${body()}`,
    )

    const different: string[] = []
    const reached = { door: 0, other: 0 }
    for (let from = 0; from < texts.length; from += AT_ONCE) {
      const some = texts.slice(from, from + AT_ONCE)
      const heard = await Promise.all(some.map((text) => Promise.all(ports.map((port) => heardFrom(port, text)))))
      for (const [index, [here, there]] of heard.entries()) {
        if (here !== there) different.push(`${here} | ${there}: ${JSON.stringify(some[index]?.slice(0, 400))}`)
        reached[here?.startsWith('200') === true ? 'door' : 'other'] += 1
      }
    }

    expect(different).toEqual([])
    expect(Math.min(reached.door, reached.other)).toBeGreaterThan(CASES / 10)
  })
})

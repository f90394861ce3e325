import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BODY_BUDGET_BYTES, BodyBudget } from '../../../collector/api/body-budget.ts'
import { IN_FLIGHT_LIMITS, InFlight } from '../../../collector/api/in-flight.ts'
import { ReportDoor } from '../../../collector/api/report-door.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

/** The door alone on a server of its own, with nothing behind it. */
class DoorRig {
  readonly collector = new TestCollector()
  readonly results: string[] = []
  readonly door = new ReportDoor(this.collector.ctx, {
    requireKnownHost: () => {},
    inFlight: new InFlight(IN_FLIGHT_LIMITS),
    budget: new BodyBudget(BODY_BUDGET_BYTES),
    newRequestId: () => 'one',
    addressOf: () => '127.0.0.1',
    keepAliveMs: 75_000,
    onAnswered: (result) => this.results.push(result),
  })
  readonly server = http.createServer((request, reply) => this.door.answer(request, reply))

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
  }

  async post({ credential, report }: TestServer, headers: Record<string, string> = {}): Promise<Response> {
    const { port } = this.server.address() as AddressInfo
    return await fetch(`http://127.0.0.1:${port}${paths.report()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(report.whole()),
    })
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
    await this.collector.close()
  }
}

describe('the door of reports', () => {
  let rig: DoorRig
  let server: TestServer
  beforeEach(async () => {
    rig = new DoorRig()
    await rig.listen()
    server = await rig.collector.enroll('web-1')
  })
  afterEach(() => rig.close())

  it('keeps connections, until it closes', async () => {
    const before = await rig.post(server)
    rig.door.close()
    const after = await rig.post(server)

    expect([before.status, before.headers.get('keep-alive')]).toEqual([200, 'timeout=75'])
    expect([after.status, after.headers.get('connection')]).toEqual([200, 'close'])
  })

  it('counts a report when it was taken in, however long its answer is held', async () => {
    const held = rig.post(server, { prefer: 'wait=30' })
    await until('the answer is held', () => rig.collector.ctx.polls.size === 1)
    expect(rig.results).toEqual(['accepted'])

    rig.collector.ctx.polls.drain()
    expect((await held).status).toBe(200)
    expect(rig.results).toEqual(['accepted'])
  })

  it('counts a refusal as what it was', async () => {
    const answer = await rig.post({ ...server, credential: `${server.credential.slice(0, -1)}~` })

    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ kind: 'unauthenticated', instance: '/requests/one' })
    expect(rig.results).toEqual(['unauthenticated'])
  })

  it('takes only what is its own, and leaves the rest to the library', async () => {
    const asked = (method: string, url: string) => rig.door.isFor({ method, url } as http.IncomingMessage)

    expect([asked('POST', '/v1/report'), asked('GET', '/v1/report'), asked('POST', '/v1/report?x=1')]).toEqual([
      true,
      false,
      false,
    ])
    const { credential, report } = server
    const answer = await rig.collector.post(`${paths.report()}?x=1`, credential, report.whole())
    expect(answer.statusCode).toBe(200)
  })
})

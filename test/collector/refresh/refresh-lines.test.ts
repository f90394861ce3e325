// POST /api/v1/refresh for those who read along: a line as soon as a server has answered.
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { RefreshLine } from '../../../collector/views/refresh-view.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { PollingServer } from '../../support/polling-server.ts'
import { TestCollector } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

const NEVER_ANSWERING = { onAsk: () => false }
/** Longer than anything here takes. */
const WAIT = '60s'

let collector: TestCollector
let operator: string
beforeEach(() => {
  collector = new TestCollector()
  operator = collector.createToken('operator')
})

afterEach(() => collector.close())

const ask = (body: unknown, headers: Record<string, string> = {}) =>
  collector.post(paths.refresh(), operator, body, headers)
const start = (name: string, behaviour = {}) => PollingServer.start(collector, name, behaviour)
/** Enrolled and heard once, and no connection since. */
async function unconnected(name: string): Promise<string> {
  const server = await collector.enroll(name)
  await collector.post(paths.report(), server.credential, server.report.whole())
  return server.id
}

describe('a refresh as lines', () => {
  const NDJSON = { accept: 'application/x-ndjson' }
  const linesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RefreshLine)

  it('begins with how many, has a line for each server, and ends with how many answered', async () => {
    await start('web-1')
    await unconnected('web-2')

    const answer = await ask({ query: '*', wait: '20s' }, NDJSON)

    expect(answer.headers['content-type']).toContain('application/x-ndjson')
    expect(linesOf(answer.body)).toMatchObject([
      { type: 'begin', total: 2 },
      { type: 'server', name: 'web-2', outcome: 'not-connected', server: null },
      { type: 'server', name: 'web-1', outcome: 'answered', server: { state: 'ok' } },
      { type: 'end', total: 2, answered: 1 },
    ])
  })

  it('comes as servers answer, not when all have', async () => {
    const url = await collector.listen()
    await start('web-1')
    await start('web-2', NEVER_ANSWERING)
    const body = JSON.stringify({ query: '*', wait: WAIT })
    const headers = { ...NDJSON, 'content-type': 'application/json', authorization: `Bearer ${operator}` }
    const abort = new AbortController()
    const response = await fetch(url + paths.refresh(), { method: 'POST', body, headers, signal: abort.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    await until('the first server has a line', async () => {
      text += (await reader?.read())?.value ?? ''
      return text.includes('"web-1"')
    })
    abort.abort()

    expect(text).toContain('"outcome":"answered"')
    expect(text).not.toContain('"type":"end"')
  })

  it('says that it still waits, and ends when the token is revoked meanwhile', async () => {
    const impatient = new TestCollector({ server: { eventPingMs: 20 } })
    onTestFinished(() => impatient.close())
    const token = impatient.createToken('operator', { id: 'shortlived' })
    const url = await impatient.listen()
    const polling = await PollingServer.start(impatient, 'web-1', NEVER_ANSWERING)
    const headers = { ...NDJSON, 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const body = JSON.stringify({ query: '*', wait: WAIT })
    const response = await fetch(url + paths.refresh(), { method: 'POST', body, headers })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    await until('a sign of life', async () => {
      text += (await reader?.read())?.value ?? ''
      return text.includes('"waiting"')
    })
    const at = impatient.clock.now()
    const audit = { at, actor: 'test', action: 'token.revoke', subject: 'shortlived', detail: {} }
    impatient.ctx.store.revokeToken('shortlived', at, audit)

    expect(polling.asked).toHaveLength(1)
    expect(text).toContain('{"type":"waiting","total":1,"settled":0}')
    await expect(readToEnd(reader)).rejects.toThrow('terminated')
  })

  it('refuses as a problem document what it cannot answer', async () => {
    const answer = await ask({ query: 'colour:red' }, NDJSON)

    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ])
  })
})

async function readToEnd(reader: ReadableStreamDefaultReader<string> | undefined): Promise<void> {
  while ((await reader?.read())?.done === false);
}

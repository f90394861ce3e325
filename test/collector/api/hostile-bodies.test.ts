// Bodies and headers that try to cost more than they should, or to be taken for something else.
import http from 'node:http'
import { gzipSync, brotliCompressSync, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

let collector: TestCollector
let server: TestServer
let bystander: TestServer
let reader: string
let url: string

beforeAll(async () => {
  collector = new TestCollector()
  url = await collector.listen()
  reader = collector.createToken('reader')
  server = await collector.enroll('hostile')
  bystander = await collector.enroll('bystander')
  await collector.post(paths.report(), bystander.credential, bystander.report.whole())
})

afterAll(() => collector.close())

type Answer = { status: number; problem: Problem; headers: http.IncomingHttpHeaders }

/** Over a real socket: what `inject` would not show is whether the answer arrives while the body is still on its way. */
function send(body: Buffer, headers: Record<string, string> = {}, path: string = paths.report()): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const authorization = `Bearer ${server.credential}`
    const options = { method: 'POST', headers: { authorization, 'content-type': 'application/json', ...headers } }
    const request = http.request(`${url}${path}`, options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, problem: JSON.parse(text) as Problem, headers: response.headers })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

const valid = () => Buffer.from(JSON.stringify(server.report.whole()))
const bystanderDocument = async () => (await collector.get(paths.server(bystander.id), reader)).json<unknown>()

describe('a body', () => {
  const nested = (levels: number) => Buffer.from(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`)
  const cases: [name: string, body: Buffer, headers: Record<string, string>, status: number, kind: string][] = [
    ['of 2 MiB', Buffer.alloc(2 * 1024 * 1024, 0x20), {}, 413, 'body-too-large'],
    [
      'of 2 MiB in chunks',
      Buffer.alloc(2 * 1024 * 1024, 0x20),
      { 'transfer-encoding': 'chunked' },
      413,
      'body-too-large',
    ],
    ['one byte over the limit', Buffer.alloc(1024 * 1024 + 1, 0x20), {}, 413, 'body-too-large'],
    [
      'that inflates to 200 MB',
      gzipSync(Buffer.alloc(200_000_000)),
      { 'content-encoding': 'gzip' },
      413,
      'body-too-large',
    ],
    [
      'that inflates 1000 times',
      gzipSync(Buffer.alloc(3_000_000)),
      { 'content-encoding': 'gzip' },
      413,
      'body-too-large',
    ],
    ['that says gzip and is not', Buffer.from('{}'), { 'content-encoding': 'gzip' }, 400, 'invalid-json'],
    [
      'of half a gzip stream',
      gzipSync('{"proto":1}').subarray(0, 20),
      { 'content-encoding': 'gzip' },
      400,
      'invalid-json',
    ],
    ['in brotli', brotliCompressSync('{}'), { 'content-encoding': 'br' }, 415, 'unsupported-encoding'],
    ['in deflate', deflateSync('{}'), { 'content-encoding': 'deflate' }, 415, 'unsupported-encoding'],
    ['twice in gzip', gzipSync(gzipSync('{}')), { 'content-encoding': 'gzip, gzip' }, 415, 'unsupported-encoding'],
    ['17 levels deep', nested(16), {}, 400, 'invalid-json'],
    ['half a million levels deep', nested(500_000), {}, 400, 'invalid-json'],
    ['of too many tokens', Buffer.from(`[${'1,'.repeat(100_001)}1]`), {}, 413, 'body-too-large'],
    ['that is empty', Buffer.alloc(0), {}, 400, 'invalid-json'],
    ['of blanks', Buffer.from('  \n'), {}, 400, 'invalid-json'],
    ['that breaks off', Buffer.from('{"proto":'), {}, 400, 'invalid-json'],
    ['with a byte order mark', Buffer.from('\ufeff{"proto":1}'), {}, 400, 'invalid-json'],
    ['in UTF-16', Buffer.from('{"proto":1}', 'utf16le'), {}, 400, 'invalid-json'],
    ['with half a character', Buffer.from([0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d]), {}, 400, 'invalid-json'],
    ['with an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), {}, 400, 'invalid-json'],
    ['with NaN', Buffer.from('{"proto":NaN}'), {}, 400, 'invalid-json'],
    ['that is a bare number', Buffer.from('1'), {}, 422, 'invalid-body'],
    ['that is null', Buffer.from('null'), {}, 422, 'invalid-body'],
  ]

  it.each(cases)('%s is refused, and the reason arrives', async (_name, body, headers, status, kind) => {
    const before = await bystanderDocument()

    const answer = await send(body, headers)

    expect(answer).toMatchObject({ status, problem: { status, kind, instance: expect.stringContaining('/requests/') } })
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(await bystanderDocument()).toEqual(before)
  })

  it('of exactly 16 levels is read, and refused for what it says only', async () => {
    const answer = await send(nested(15))

    expect(answer).toMatchObject({ status: 422, problem: { kind: 'invalid-body' } })
  })

  it('in gzip is taken by /v1/report and refused by /v1/enroll', async () => {
    const compressed = gzipSync(valid())
    const headers = { 'content-encoding': 'gzip' }

    const report = await send(compressed, headers)
    const enrolment = await send(
      compressed,
      { ...headers, authorization: `Bearer ${collector.createJoinKey()}` },
      paths.enroll(),
    )

    expect(report.status).toBe(200)
    expect(enrolment).toMatchObject({ status: 415, problem: { kind: 'unsupported-encoding' } })
  })

  it('beyond 64 KiB is too large for /v1/enroll', async () => {
    const body = Buffer.alloc(64 * 1024 + 1, 0x20)

    const answer = await send(body, { authorization: `Bearer ${collector.createJoinKey()}` }, paths.enroll())

    expect(answer).toMatchObject({ status: 413, problem: { kind: 'body-too-large' } })
  })
})

describe('a key that could reach a prototype', () => {
  it.each([
    ['{"__proto__":{"polluted":true}}', '#/__proto__'],
    ['{"sections":{"__proto__":null}}', '#/sections/__proto__'],
    ['{"a":[{"__proto__":1}]}', '#/a/0/__proto__'],
    ['{"\\u005f_proto__":{"polluted":true}}', '#/__proto__'],
    ['{"constructor":{"prototype":{"polluted":true}}}', '#/constructor'],
  ])('is refused with its place: %s', async (body, pointer) => {
    const answer = await send(Buffer.from(body))

    expect(answer).toMatchObject({ status: 400, problem: { kind: 'invalid-json', errors: [{ pointer }] } })
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  it('is an ordinary tag when nothing but text stands behind it', async () => {
    const report = server.report.whole()
    const { host } = server.report.state
    if (host.value !== null) Object.assign(host.value.tags, { constructor: 'bob' })

    const answer = await send(Buffer.from(JSON.stringify({ ...report, ...server.report.whole() })))

    expect(answer.status).toBe(200)
  })
})

describe('a content type', () => {
  const accepted = [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON',
  ]
  const around = [
    '',
    ' ',
    '\t',
    ';',
    ',',
    '/',
    '%20',
    'x',
    '; charset=latin1',
    ';charset',
    '; a=b',
    ',text/plain',
    '+xml',
  ]
  const others = ['text/plain', 'text/json', 'application/x-www-form-urlencoded', 'multipart/form-data', '*/*', 'json']
  const corpus = [
    ...others.flatMap((type) => around.map((suffix) => `${type}${suffix}`)),
    ...around.slice(3).map((suffix) => `application/json${suffix}`),
    ...around.slice(3).map((prefix) => `${prefix}application/json`),
    ...around.slice(3).map((middle) => `application${middle}/json`),
    ...Array.from('!#$%&\'*+-.^_`|~0aZ"(),:<=>?@[\\]{}').flatMap((letter) => [
      `application/json${letter}`,
      `application/json;${letter}`,
      `application/${letter}json`,
    ]),
  ].filter((type) => !accepted.includes(type.trim()))

  it('other than application/json is refused, whatever stands around it', async () => {
    const wrong: string[] = []
    for (const type of corpus) {
      const answer = await send(valid(), { 'content-type': type })
      if (answer.status !== 415) wrong.push(`${JSON.stringify(type)}: ${answer.status}`)
    }

    expect(wrong).toEqual([])
    expect(corpus.length).toBeGreaterThanOrEqual(200)
  })

  it.each(accepted)('%s is taken', async (type) => {
    const answer = await send(valid(), { 'content-type': type })

    expect(answer.status).toBe(200)
  })

  it('that is missing is refused', async () => {
    const answer = await collector.app.inject({
      method: 'POST',
      url: paths.report(),
      headers: { authorization: `Bearer ${server.credential}` },
      payload: valid(),
    })

    expect(answer.statusCode).toBe(415)
  })
})

describe('many bodies at once', () => {
  it('are refused beyond what there is room for, and taken again afterwards', async () => {
    const small = new TestCollector({ server: { bodyBudgetBytes: 70_000 } })
    const base = await small.listen()
    const { credential } = await small.enroll('x')
    const headers = {
      authorization: `Bearer ${credential}`,
      'content-type': 'application/json',
      'content-length': 60_000,
    }
    const post = () => small.post(paths.report(), credential, Buffer.alloc(20_000, 0x20))
    const arrived = Promise.withResolvers<void>()
    // In the next turn its body is being read.
    small.app.server.once('request', () => setImmediate(arrived.resolve))
    const begun = http.request(`${base}${paths.report()}`, { method: 'POST', headers })
    begun.on('error', () => {})
    begun.flushHeaders()
    await arrived.promise

    const during = await post()
    begun.destroy()
    let after = await post()
    while (after.statusCode === 503) {
      // Injected requests alone would leave the socket no turn.
      await new Promise((resolve) => setImmediate(resolve))
      after = await post()
    }

    expect(during.statusCode).toBe(503)
    expect(during.json<Problem>().kind).toBe('overloaded')
    expect(Number(during.headers['retry-after'])).toBeGreaterThanOrEqual(5)
    expect(after.statusCode).toBe(400)
    await small.close()
  })
})

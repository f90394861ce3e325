// Clients that send no HTTP, or send it so slowly that it never ends.
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_TIMEOUTS } from '../../../collector/api/http-server.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector

beforeAll(async () => {
  collector = new TestCollector()
  await collector.listen()
})

afterAll(() => collector.close())

describe('bytes that are no request', () => {
  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = collector.app.server.address() as AddressInfo
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      let answer = ''
      socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })

  it.each([
    ['garbage', 'HELO there\r\n\r\n', '400', 'malformed-request'],
    [
      'headers beyond 8 KiB',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(9_000)}\r\n\r\n`,
      '431',
      'headers-too-large',
    ],
    [
      'two lengths',
      'POST /v1/report HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      '400',
      'malformed-request',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
      'malformed-request',
    ],
    [
      'a bad escape in the address',
      'GET /%ff%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      '400',
      'malformed-request',
    ],
  ])('%s is answered with a problem', async (_name, text, status, kind) => {
    const answer = await raw(text)

    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(answer).toContain(`"kind":"${kind}"`)
  })
})

describe('a client that is slow on purpose', () => {
  it('is cut when its headers do not end, and when its body does not', async () => {
    const timeouts = { ...DEFAULT_TIMEOUTS, headersTimeoutMs: 150, requestTimeoutMs: 300, connectionCheckMs: 50 }
    const impatient = new TestCollector({ server: { timeouts } })
    await impatient.listen()
    const { port } = impatient.app.server.address() as AddressInfo
    const cut = (text: string) =>
      new Promise<string>((resolve) => {
        let answer = ''
        const socket = connect(port, '127.0.0.1', () => socket.write(text))
        socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
        socket.on('error', () => {})
        socket.on('close', () => resolve(answer))
      })

    const headers = await cut('GET / HTTP/1.1\r\nHost: x\r\n')
    const body = await cut(
      `POST /v1/report HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n` +
        `Authorization: Bearer ${(await impatient.enroll('slow')).credential}\r\n\r\n{`,
    )

    expect(headers).toContain('request-timeout')
    expect(body).toContain('request-timeout')
    await impatient.close()
  })
})

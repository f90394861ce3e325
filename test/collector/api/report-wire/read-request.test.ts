import { describe, expect, it } from 'vitest'
import { readRequest } from '../../../../collector/api/report-wire/read-request.ts'

const HEAD = [
  'POST /v1/report HTTP/1.1',
  'host: collector.example',
  'authorization: Bearer secret',
  'content-type: application/json',
  'content-length: 2',
]
const bytesOf = (lines: readonly string[], body = '{}') => Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
const withLine = (line: string) => bytesOf([...HEAD, line])
const instead = (name: string, line: string) => bytesOf(HEAD.map((one) => (one.startsWith(name) ? line : one)))

describe('a report read from its bytes', () => {
  it('has its headers by lower-case name, and exactly its body', () => {
    const bytes = Buffer.concat([bytesOf([...HEAD, 'Prefer:\twait=57 ', 'x-empty:']), Buffer.from('POST')])
    const read = readRequest(bytes)

    expect(read).toMatchObject({ kind: 'request', length: bytes.length - 4 })
    if (read.kind !== 'request') return
    expect(read.body.toString()).toBe('{}')
    expect({ ...read.headers }).toEqual({
      host: 'collector.example',
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'content-length': '2',
      prefer: 'wait=57',
      'x-empty': '',
    })
  })

  it('is waited for when its head is there', () => {
    expect(readRequest(bytesOf(HEAD, '{'))).toMatchObject({ kind: 'reading', length: bytesOf(HEAD).length })
  })

  it('takes a name of Object.prototype for a name', () => {
    expect(readRequest(withLine('constructor: x'))).toMatchObject({ kind: 'request' })
    expect(readRequest(withLine('__proto__: x'))).toMatchObject({ kind: 'request' })
  })

  it.each([
    ['another method', instead('POST', 'GET /v1/report HTTP/1.1')],
    ['another path', instead('POST', 'POST /v1/reports HTTP/1.1')],
    ['a query', instead('POST', 'POST /v1/report?a=1 HTTP/1.1')],
    ['an address in absolute form', instead('POST', 'POST http://a/v1/report HTTP/1.1')],
    ['another version', instead('POST', 'POST /v1/report HTTP/1.0')],
    ['two spaces', instead('POST', 'POST  /v1/report HTTP/1.1')],
    ['an empty line before it', Buffer.concat([Buffer.from('\r\n'), bytesOf(HEAD)])],
    ['bare line feeds', Buffer.from(bytesOf(HEAD).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')],
    ['a bare line feed in a value', withLine('x: a\nb')],
    ['a bare carriage return in a value', withLine('x: a\rb')],
    ['a null byte', withLine('x: a\0b')],
    ['another alphabet', withLine('x: \xe9')],
    ['a folded line', bytesOf([...HEAD, 'x: a', ' b'])],
    ['a space before the colon', withLine('x : a')],
    ['no colon', withLine('x')],
    ['no name', withLine(': a')],
    ['no host', bytesOf(HEAD.filter((line) => !line.startsWith('host')))],
    ['two hosts', withLine('Host: other.example')],
    ['two lengths', withLine('Content-Length: 2')],
    ['two of anything', bytesOf([...HEAD, 'x: 1', 'X: 2'])],
    ['no length', bytesOf(HEAD.filter((line) => !line.startsWith('content-length')))],
    ['a list of lengths', instead('content-length', 'content-length: 2, 2')],
    ['a signed length', instead('content-length', 'content-length: +2')],
    ['a length in hex', instead('content-length', 'content-length: 0x2')],
    ['a length with a space in it', instead('content-length', 'content-length: 1 2')],
    ['a length beyond what is read here', instead('content-length', 'content-length: 262145')],
    ['chunks', withLine('Transfer-Encoding: chunked')],
    ['chunks and a length', withLine('transfer-encoding: identity')],
    ['a wish to be asked first', withLine('Expect: 100-continue')],
    ['another protocol', withLine('Upgrade: h2c')],
    ['a connection that is to close', withLine('Connection: close')],
    ['connection options', withLine('Connection: keep-alive, upgrade')],
    ['a head without an end', Buffer.from(HEAD.join('\r\n'))],
    ['a head longer than agents send', withLine(`x: ${'a'.repeat(5_000)}`)],
    ['nothing', Buffer.alloc(0)],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00])],
  ])('is not read here with %s', (_, bytes) => {
    expect(readRequest(bytes)).toEqual({ kind: 'not-ours' })
  })
})

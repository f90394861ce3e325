import { describe, expect, it } from 'vitest'
import { retryAfterMs, SEQ_MAX, toSendResult } from '../../../agent/delivery/reply.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const GOOD = { seq: 7, epoch: 'e1', want: [], nextInMs: 60_000 }

function resultOf(status: number, body: unknown, headers: Record<string, string> = {}) {
  return toSendResult({ status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) }, NOW)
}

describe('an answer that accepts', () => {
  it('names the epoch, the wanted sections and the next heartbeat', () => {
    expect(resultOf(200, { ...GOOD, want: ['kernel', 'boot'] })).toEqual({
      kind: 'accepted',
      epoch: 'e1',
      want: ['kernel', 'boot'],
      nextInMs: 60_000,
      held: false,
      ask: null,
    })
  })

  it.each([
    ['wait', true],
    ['respond-async, wait', true],
    ['wait=57', true],
    ['waiting', false],
    ['', false],
  ])('was held when it says so, with Preference-Applied: %j', (applied, held) => {
    expect(resultOf(200, GOOD, { 'preference-applied': applied })).toMatchObject({ held })
  })

  it.each([
    [
      { id: 'a1', scan: true },
      { id: 'a1', scan: true },
    ],
    [{ id: 'a1' }, { id: 'a1', scan: false }],
    [
      { id: 'a1', scan: 'yes' },
      { id: 'a1', scan: false },
    ],
    [{ id: '', scan: true }, null],
    [{ id: 7, scan: true }, null],
    [{ id: 'a'.repeat(65), scan: true }, null],
    ['a1', null],
    [null, null],
  ])('has its ask of %j read as %j', (ask, expected) => {
    expect(resultOf(200, { ...GOOD, ask })).toMatchObject({ kind: 'accepted', ask: expected })
  })

  it('may want only sections that exist, each once', () => {
    const want = ['kernel', 'kernel', 'passwords', 7, null, '__proto__', ['boot']]

    expect(resultOf(200, { ...GOOD, want })).toMatchObject({ kind: 'accepted', want: ['kernel'] })
  })

  it.each([
    [-5, 1_000],
    [0, 1_000],
    [1e12, 3_600_000],
    ['60000', null],
    [null, null],
    [undefined, null],
  ])('has its nextInMs of %j read as %j', (nextInMs, expected) => {
    expect(resultOf(200, { ...GOOD, nextInMs })).toMatchObject({ kind: 'accepted', nextInMs: expected })
  })

  it.each([
    ['a login page', '<html>Please log in</html>'],
    ['nothing', ''],
    ['half a body', '{"seq":7,"epoch":"e1","wa'],
    ['a list', [GOOD]],
    ['null', null],
    ['no epoch', { ...GOOD, epoch: undefined }],
    ['an epoch that is a number', { ...GOOD, epoch: 4 }],
    ['an endless epoch', { ...GOOD, epoch: 'e'.repeat(1_000) }],
    ['no want', { ...GOOD, want: undefined }],
    ['a want that is a text', { ...GOOD, want: 'kernel' }],
  ])('is not believed with %s for a body', (_, body) => {
    expect(resultOf(200, body)).toMatchObject({ kind: 'retry-later', retryAfterMs: null })
  })
})

describe('an answer that refuses', () => {
  it.each([
    [409, { kind: 'sequence-behind', lastSeq: 99 }, { kind: 'behind', lastSeq: 99 }],
    [409, { kind: 'instance-rebase' }, { kind: 'rebase' }],
    [409, { kind: 'instance-conflict' }, { kind: 'conflict' }],
    [410, { kind: 'credential-revoked' }, { kind: 'revoked' }],
  ])('with %i %j is %j', (status, body, expected) => {
    expect(resultOf(status, body)).toEqual(expected)
  })

  it.each([400, 413, 415, 422])('with %i is permanent', (status) => {
    const body = { title: 'A field of the body is wrong', errors: [{ pointer: '#/seq', detail: 'must be integer' }] }

    expect(resultOf(status, body)).toEqual({
      kind: 'rejected',
      problem: `the collector answered ${status}: A field of the body is wrong: #/seq must be integer`,
    })
  })

  it.each([401, 403])('with %i is about the credential', (status) => {
    expect(resultOf(status, {})).toMatchObject({ kind: 'unauthorized' })
  })

  it.each([
    [410, { kind: 'something-else' }],
    [410, 'gone'],
    [409, { kind: 'sequence-behind' }],
    [409, { kind: 'sequence-behind', lastSeq: -1 }],
    [409, { kind: 'sequence-behind', lastSeq: 1.5 }],
    [409, { kind: 'sequence-behind', lastSeq: SEQ_MAX + 1 }],
    [409, 'conflict'],
    [301, ''],
    [404, { kind: 'not-found' }],
    [500, '<h1>oops</h1>'],
    [503, {}],
  ])('with %i %j is tried again later', (status, body) => {
    expect(resultOf(status, body)).toMatchObject({ kind: 'retry-later' })
  })

  it('has its Retry-After honoured', () => {
    expect(resultOf(503, {}, { 'retry-after': '12' })).toMatchObject({ retryAfterMs: 12_000 })
  })

  it('cannot write into our log what a terminal would obey', () => {
    const result = resultOf(422, { title: `a\u001b[31m\nb`, detail: 'x'.repeat(10_000) })

    expect(result).toMatchObject({
      problem: expect.stringMatching(/^the collector answered 422: a \[31m b: x+$/) as string,
    })
    expect((result as { problem: string }).problem.length).toBeLessThan(400)
  })
})

describe('Retry-After', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['soon', null],
    ['-3', null],
    ['0', 0],
    ['30', 30_000],
    ['Sun, 22 Nov 2026 12:00:10 GMT', 10_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ])('of %j is %j ms', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected)
  })
})

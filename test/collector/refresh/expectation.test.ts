import { describe, expect, it } from 'vitest'
import { COMES_BACK_MS_MAX, mayAnswer, type Contact } from '../../../collector/refresh/expectation.ts'

const NOW = 1_000_000
const connected: Contact = {
  isConnected: true,
  goneForMs: null,
  reporting: 'current',
  lastContactAt: NOW - 50_000,
  heartbeatMs: 60_000,
}
const gone: Contact = { ...connected, isConnected: false, goneForMs: COMES_BACK_MS_MAX }

describe('whether a server may answer in time', () => {
  it.each([
    ['it holds a connection', connected, 0, true],
    ['it holds a connection, whatever it was called', { ...connected, reporting: 'silent' }, 0, true],
    ['its poll was cut a moment ago', { ...gone, goneForMs: COMES_BACK_MS_MAX - 1 }, 0, true],
    ['its poll was cut, and it should be back', gone, 9_999, false],
    ['its next heartbeat comes in time', gone, 10_000, true],
    ['it never held a connection, and its heartbeat comes in time', { ...gone, goneForMs: null }, 10_000, true],
    ['it is late', { ...gone, reporting: 'late' }, 300_000, false],
    ['it is silent', { ...gone, reporting: 'silent' }, 300_000, false],
    ['it restarts', { ...gone, reporting: 'restarting' }, 300_000, false],
    ['it was never heard', { ...gone, reporting: 'never', lastContactAt: null }, 300_000, false],
  ] as const)('%s', (_when, contact, waitMs, expected) => {
    expect(mayAnswer(contact, NOW + waitMs)).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { heard, lateAfterMs } from '../../../shared/judgement/reporting.ts'
import { contact, HOUR, MINUTE, NOW, SECOND } from './subjects.ts'

const SILENT_AFTER = 15 * MINUTE

describe('a server', () => {
  it.each([
    [0, 'current'],
    [4 * MINUTE, 'current'],
    [4 * MINUTE + 1, 'late'],
    [15 * MINUTE, 'late'],
    [15 * MINUTE + 1, 'silent'],
    [9_000 * HOUR, 'silent'],
    [-MINUTE, 'current'],
  ])('last heard %d ms ago is %s', (agoMs, reporting) => {
    expect(heard(contact(NOW - agoMs), SILENT_AFTER, NOW).reporting).toBe(reporting)
  })

  it.each([
    [SECOND, 180 * SECOND],
    [45 * SECOND, 180 * SECOND],
    [46 * SECOND, 184 * SECOND],
    [MINUTE, 240 * SECOND],
  ])('that beats every %d ms is late after %d ms', (heartbeatMs, expected) => {
    expect(lateAfterMs(heartbeatMs)).toBe(expected)
  })

  it('that beats once an hour is not silent between two beats', () => {
    const hourly = { heartbeatMs: HOUR }

    expect(heard(contact(NOW - 4 * HOUR, hourly), SILENT_AFTER, NOW).reporting).toBe('current')
    expect(heard(contact(NOW - 4 * HOUR - 1, hourly), SILENT_AFTER, NOW).reporting).toBe('silent')
  })

  it('never heard is never, and stays so', () => {
    expect(heard(contact(null), SILENT_AFTER, NOW)).toEqual({ reporting: 'never', changesAt: null })
  })

  it('that said goodbye is restarting for ten minutes, then silent', () => {
    const gone = contact(NOW, { goodbyeAt: NOW })

    expect(heard(gone, SILENT_AFTER, NOW + 10 * MINUTE - 1)).toEqual({
      reporting: 'restarting',
      changesAt: NOW + 10 * MINUTE,
    })
    expect(heard(gone, SILENT_AFTER, NOW + 10 * MINUTE)).toEqual({ reporting: 'silent', changesAt: null })
  })

  it('heard again after its goodbye is current', () => {
    expect(heard(contact(NOW + 1, { goodbyeAt: NOW }), SILENT_AFTER, NOW + MINUTE).reporting).toBe('current')
  })

  it('says when time alone changes the answer', () => {
    const lateAt = NOW + 4 * MINUTE + 1
    const silentAt = NOW + 15 * MINUTE + 1

    expect(heard(contact(NOW), SILENT_AFTER, NOW).changesAt).toBe(lateAt)
    expect(heard(contact(NOW), SILENT_AFTER, lateAt).changesAt).toBe(silentAt)
    expect(heard(contact(NOW), SILENT_AFTER, silentAt).changesAt).toBeNull()
  })
})

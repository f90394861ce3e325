import { describe, expect, it } from 'vitest'
import { usable } from '../../../shared/judgement/observation.ts'
import { absent, failing, MINUTE, NOW, observed } from './subjects.ts'

describe('an observation', () => {
  it('that succeeded is used, however old', () => {
    expect(usable(observed('value', NOW - 90 * MINUTE), NOW)).toEqual({
      kind: 'observed',
      value: 'value',
      readAt: NOW - 90 * MINUTE,
    })
  })

  it('that fails is used as not re-read until five minutes are over', () => {
    const since = NOW - 5 * MINUTE + 1

    expect(usable(failing('value', since), NOW)).toEqual({
      kind: 'not-re-read',
      value: 'value',
      readAt: since,
      reason: 'EACCES',
      until: NOW + 1,
    })
    expect(usable(failing('value', since), NOW + 1)).toEqual({ kind: 'failed', reason: 'EACCES', readAt: since })
  })

  it('that never succeeded fails at once', () => {
    expect(usable(failing(null, NOW), NOW)).toMatchObject({ kind: 'failed' })
  })

  it('that says observed without a value is a failure, not an empty answer', () => {
    expect(usable(observed(null), NOW)).toMatchObject({ kind: 'failed', reason: 'observed without a value' })
  })

  it('of something the host does not have is absent, with the reason', () => {
    expect(usable(absent('no /boot'), NOW)).toEqual({ kind: 'absent', reason: 'no /boot', readAt: NOW })
  })

  it('that was never made is missing', () => {
    expect(usable(undefined, NOW)).toEqual({ kind: 'missing' })
  })
})

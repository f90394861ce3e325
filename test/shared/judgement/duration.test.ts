import { describe, expect, it } from 'vitest'
import { formatDuration } from '../../../shared/judgement/duration.ts'
import { DAY, HOUR, MINUTE, SECOND } from './subjects.ts'

describe('a duration', () => {
  it.each([
    [9 * DAY + 4 * HOUR, '9 d 4 h'],
    [9 * DAY + 59 * MINUTE, '9 d'],
    [DAY, '1 d'],
    [DAY - 1, '23 h 59 min'],
    [2 * HOUR + 5 * MINUTE, '2 h 5 min'],
    [HOUR, '1 h'],
    [HOUR - 1, '59 min'],
    [37 * MINUTE + 59 * SECOND, '37 min'],
    [MINUTE, '1 min'],
    [MINUTE - 1, '59 s'],
    [12 * SECOND, '12 s'],
    [999, '0 s'],
    [0, '0 s'],
    [-5 * DAY, '0 s'],
    [Number.NaN, '0 s'],
    [Number.POSITIVE_INFINITY, '0 s'],
  ])('of %d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

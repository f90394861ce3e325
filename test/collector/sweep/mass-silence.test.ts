import { describe, expect, it } from 'vitest'
import { nextMassSilence, type MassSilence } from '../../../collector/sweep/mass-silence.ts'
import { MINUTE, NOW } from '../../shared/judgement/subjects.ts'

const HOLD = 15 * MINUTE
const HOLDING: MassSilence = { phase: 'holding', since: NOW, until: NOW + HOLD }
const misses = (total: number, falling: number, missing = falling) => ({ total, falling, missing })

describe('a mass silence', () => {
  it.each([
    [25, 5, true],
    [25, 4, false],
    [26, 5, false],
    [5, 5, true],
    [4, 4, false],
    [1_000, 200, true],
    [1_000, 199, false],
  ])('of %d servers begins when %d fall late together: %s', (total, falling, begins) => {
    const next = nextMassSilence({ phase: 'watching' }, misses(total, falling), NOW, HOLD)

    expect(next).toEqual(begins ? HOLDING : { phase: 'watching' })
  })

  it('does not begin for servers that fell late one after another', () => {
    expect(nextMassSilence({ phase: 'watching' }, misses(20, 2, 12), NOW, HOLD)).toEqual({ phase: 'watching' })
  })

  it('ends when the servers are back', () => {
    expect(nextMassSilence(HOLDING, misses(25, 0, 5), NOW + MINUTE, HOLD)).toBe(HOLDING)
    expect(nextMassSilence(HOLDING, misses(25, 0, 4), NOW + MINUTE, HOLD)).toEqual({ phase: 'watching' })
  })

  it('is told after the hold, and not held back again before the servers are accounted for', () => {
    expect(nextMassSilence(HOLDING, misses(25, 25), NOW + HOLD - 1, HOLD)).toBe(HOLDING)
    const told = nextMassSilence(HOLDING, misses(25, 25), NOW + HOLD, HOLD)

    expect(told).toEqual({ phase: 'told' })
    expect(nextMassSilence(told, misses(25, 25), NOW + 2 * HOLD, HOLD)).toBe(told)
    expect(nextMassSilence(told, misses(25, 0), NOW + 2 * HOLD, HOLD)).toEqual({ phase: 'watching' })
  })
})

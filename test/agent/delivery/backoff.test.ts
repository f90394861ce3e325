import { describe, expect, it } from 'vitest'
import { BACKOFF_BASE_MS, nextDelayMs, RETRY_AFTER_MS_MAX } from '../../../agent/delivery/backoff.ts'

const low = () => 0
const high = () => 0.999_999
const base = { previousMs: null, capMs: 300_000, retryAfterMs: null, random: low }

describe('the delay before the next attempt', () => {
  it.each([
    ['is a second at least', base, 1_000],
    ['is three seconds at most after the first failure', { ...base, random: high }, 3_000],
    ['grows to three times the one before', { ...base, previousMs: 20_000, random: high }, 60_000],
    ['may fall back to a second by chance', { ...base, previousMs: 20_000 }, 1_000],
    ['stops at the cap', { ...base, previousMs: 200_000, random: high }, 300_000],
    ['obeys a cap below a second', { ...base, capMs: 200 }, 200],
    ['is what Retry-After asks for at least', { ...base, retryAfterMs: 40_000 }, 40_000],
    ['stretches Retry-After by half at most', { ...base, retryAfterMs: 40_000, random: high }, 60_000],
    ['does not shrink to a Retry-After of zero', { ...base, retryAfterMs: 0 }, 1_000],
    ['lets Retry-After exceed our own cap', { ...base, capMs: 2_000, retryAfterMs: 10_000 }, 10_000],
    ['never waits longer than an hour', { ...base, retryAfterMs: 86_400_000 }, RETRY_AFTER_MS_MAX],
  ])('%s', (_, input, expected) => {
    expect(Math.round(nextDelayMs(input))).toBe(expected)
  })

  it('spreads agents that failed together', () => {
    const delays = Array.from({ length: 100 }, (_, at) =>
      nextDelayMs({ ...base, previousMs: 10_000, random: () => at / 100 }),
    )

    expect(new Set(delays).size).toBe(100)
    expect(Math.min(...delays)).toBe(BACKOFF_BASE_MS)
  })
})

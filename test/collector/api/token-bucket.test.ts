import { describe, expect, it } from 'vitest'
import { TokenBuckets } from '../../../collector/api/token-bucket.ts'

const rate = { perSecond: 2, burst: 3 }

describe('a token bucket', () => {
  it('gives its burst at once, then one each half second', () => {
    const buckets = new TokenBuckets(rate, 10)

    expect([0, 0, 0, 0].map((now) => buckets.take('a', now))).toEqual([0, 0, 0, 500])
    expect([250, 500, 500].map((now) => buckets.take('a', now))).toEqual([250, 0, 500])
  })

  it('never holds more than its burst', () => {
    const buckets = new TokenBuckets(rate, 10)

    expect([1e9, 1e9, 1e9, 1e9].map((now) => buckets.take('a', now) === 0)).toEqual([true, true, true, false])
  })

  it('is its own for each key', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 10)

    expect([buckets.take('a', 0), buckets.take('b', 0), buckets.take('a', 0)]).toEqual([0, 0, 1000])
  })

  it('forgets the keys that were used longest ago, however many come', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 100)
    buckets.take('kept', 0)

    for (let count = 0; count < 10_000; count++) {
      buckets.take(`key-${count}`, 0)
      buckets.take('kept', 0)
    }

    expect(buckets.size).toBe(100)
    expect(buckets.take('kept', 0)).toBeGreaterThan(0)
  })
})

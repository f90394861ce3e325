// How often something may happen: a token bucket per key, in bounded memory.
// @fastify/rate-limit counts per window with one key a route; enrolment needs two limits at once (all callers, and each
// join key) with a burst that refills, and answers that do not differ between keys that exist and keys that do not.

export type BucketRate = { perSecond: number; burst: number }

/** In thousandths of a token: each millisecond brings a whole number of them. */
type Bucket = { millitokens: number; at: number }
const TOKEN = 1000
/** Moments have fractions: what is missing by rounding alone is not missing. */
const ROUNDING = 1e-3

export class TokenBuckets {
  readonly #rate: BucketRate
  readonly #keysMax: number
  /** In order of last use: the first one is what is forgotten first. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: BucketRate, keysMax: number) {
    this.#rate = rate
    this.#keysMax = keysMax
  }

  get size(): number {
    return this.#buckets.size
  }

  /** Takes one token of `key` and returns 0, or returns the ms until there is one. `now` in ms, never falling. */
  take(key: string, now: number): number {
    const bucket = this.#refilled(key, now)
    this.#remember(key, bucket)
    const missing = TOKEN - bucket.millitokens
    if (missing > ROUNDING) return Math.ceil(missing / this.#rate.perSecond)
    bucket.millitokens -= TOKEN
    return 0
  }

  #refilled(key: string, now: number): Bucket {
    const known = this.#buckets.get(key)
    const full = this.#rate.burst * TOKEN
    if (known === undefined) return { millitokens: full, at: now }
    const gained = (now - known.at) * this.#rate.perSecond
    return { millitokens: Math.min(full, known.millitokens + gained), at: now }
  }

  #remember(key: string, bucket: Bucket): void {
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size <= this.#keysMax) return
    const oldest = this.#buckets.keys().next()
    if (!oldest.done) this.#buckets.delete(oldest.value)
  }
}

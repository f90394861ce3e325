// How long to wait before the next attempt. Pure: randomness is handed in.
// Decorrelated jitter: each delay is drawn between one second and three times the one before, so that a fleet which
// lost its collector together does not come back together.

export const BACKOFF_BASE_MS = 1_000
/** A collector may ask for patience, but not for more than this. */
export const RETRY_AFTER_MS_MAX = 3_600_000

export type BackoffInput = {
  /** Delay of the attempt before; null after a success. */
  previousMs: number | null
  capMs: number
  /** What the collector's Retry-After asked for; null: nothing. */
  retryAfterMs: number | null
  /** Uniform in [0, 1). */
  random: () => number
}

/** Delay in ms. Retry-After is a floor, stretched by up to half so that those who were told the same do not return together. */
export function nextDelayMs({ previousMs, capMs, retryAfterMs, random }: BackoffInput): number {
  const ceiling = Math.max(BACKOFF_BASE_MS, 3 * (previousMs ?? BACKOFF_BASE_MS))
  const drawn = Math.min(capMs, BACKOFF_BASE_MS + random() * (ceiling - BACKOFF_BASE_MS))
  if (retryAfterMs === null) return drawn
  return Math.min(RETRY_AFTER_MS_MAX, Math.max(drawn, retryAfterMs * (1 + random() / 2)))
}

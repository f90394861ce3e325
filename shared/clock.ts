// Time is handed in, so that tests travel and no rule depends on the wall clock of the machine it runs on.

export type Clock = {
  /** Wall clock, epoch ms. */
  now(): number
  /** Rises steadily whatever the wall clock does; of no known origin. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
}

/** CLOCK_MONOTONIC in whole ms: one clock for all processes of a host, so that a command and the resident can compare. */
export function steadyClockMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

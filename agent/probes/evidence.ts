// Which written-down time counts as the first request of this boot.

/**
 * The earliest of `times` that lies in this boot (all epoch ms); null if none does. Times after `now` are of another
 * clock, times before the boot of another boot or of a file system that makes them up.
 */
export function earliestEvidence(times: readonly (number | null)[], bootedAt: number, now: number): number | null {
  const inThisBoot = times.filter((time) => time !== null && time >= bootedAt && time <= now) as number[]
  return inThisBoot.length === 0 ? null : Math.min(...inThisBoot)
}

// Durations and moments as a command line takes and shows them.
import { parseDuration } from '../../shared/judgement/parse-policy.ts'
import { UsageError } from './command.ts'

const DAY_MS = 86_400_000

/** ms; null when the flag is not given. Throws UsageError naming the flag. */
export function readDuration(given: string | undefined, flag: string, msMax: number): number | null {
  if (given === undefined) return null
  const ms = parseDuration(given)
  if (ms !== null && ms > 0 && ms <= msMax) return ms
  throw new UsageError(`${flag} ${given}: write a duration such as 30m, 24h or 7d, at most ${msMax / DAY_MS}d.`)
}

/** "2026-11-22 13:00 UTC"; "" for null. */
export function shownTime(ms: number | null): string {
  return ms === null ? '' : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** RFC 3339. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

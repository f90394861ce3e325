// When a new look at the sentinel is believed. Appearance at once: people wait for it. Removal and changes of .pkgs only
// after a quiet time: package scripts delete and recreate the flag, and write .pkgs after it. Pure; times are ms of a steady clock.
import { SETTLE_MS } from '../shared/protocol/limits.ts'
import type { SentinelSection } from '../shared/sections/sentinel.ts'
import type { SectionReading } from './take-snapshot.ts'

/** A flag whose .pkgs never comes to rest is told about after this long all the same. */
export const SETTLE_MS_MAX = 10 * SETTLE_MS

/** A look that differs from what was published and is not believed yet; null: nothing is held. */
export type Held = { digest: string; heldSinceMs: number; quietSinceMs: number } | null

export type SettleInput = {
  /** What was published last in this boot; null: nothing yet. */
  published: SectionReading | null
  candidate: SectionReading
  held: Held
  /** True when this look was woken by an event: somebody touched the files just now. */
  stirred: boolean
  nowMs: number
}

export type Settled = { publish: boolean; held: Held }

export function settle({ published, candidate, held, stirred, nowMs }: SettleInput): Settled {
  if (published === null || candidate.digest === published.digest) return { publish: true, held: null }
  if (asksForRestart(candidate) && !asksForRestart(published)) return { publish: true, held: null }

  const unquiet = held === null || stirred || held.digest !== candidate.digest
  const next = {
    digest: candidate.digest,
    heldSinceMs: held?.heldSinceMs ?? nowMs,
    quietSinceMs: unquiet ? nowMs : held.quietSinceMs,
  }
  // A removal is never believed for its age alone: a flag that is set and deleted all the time would look cleared by chance.
  const outlasted = asksForRestart(candidate) && nowMs - next.heldSinceMs >= SETTLE_MS_MAX
  if (outlasted || nowMs - next.quietSinceMs >= SETTLE_MS) return { publish: true, held: null }
  return { publish: false, held: next }
}

/** When to look again at what is held; Infinity when nothing is. */
export function settledAt(held: Held): number {
  return held === null ? Infinity : held.quietSinceMs + SETTLE_MS
}

function asksForRestart({ section }: SectionReading): boolean {
  if (section.outcome !== 'observed') return false
  const { present, stale } = section.value as SentinelSection
  return present && !stale
}

// Durations as people write them in a configuration file: "90s", "5m", "1h", "500ms".

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds, or null for anything that is not a whole number with a unit. */
export function parseDuration(text: string): number | null {
  const match = /^([0-9]{1,9})(ms|s|m|h)$/.exec(text.trim())
  const unit = UNIT_MS[match?.[2] ?? '']
  return unit === undefined ? null : Number(match?.[1]) * unit
}

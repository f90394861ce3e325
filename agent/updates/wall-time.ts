// Times as apt and dpkg write them into their logs: of the host's time zone, without naming it. Pure.

/**
 * "2026-11-22  04:45:26" or "2026-11-22 04:45:26" as ms, as if it were UTC: good for comparing lines of the two logs, and
 * for nothing else. Null for what is no time.
 */
export function wallMsOf(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d) {1,2}(\d\d:\d\d:\d\d)$/.exec(text.trim())
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`)
  return Number.isNaN(ms) ? null : ms
}

/** Back to "2026-11-22 04:45:26". */
export function wallTextOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ')
}

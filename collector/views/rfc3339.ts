// Moments as the API writes them: RFC 3339, UTC.

/** Years 0000 to 9999, which RFC 3339 can write: a host that claims a reading of long ago must not break a page. */
const FIRST_MS = -62_167_219_200_000
const LAST_MS = 253_402_300_799_999

/** `ms` is epoch milliseconds; what is not known stays null. */
export function toRfc3339(ms: number): string
export function toRfc3339(ms: number | null): string | null
export function toRfc3339(ms: number | null): string | null {
  return ms === null ? null : new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString()
}

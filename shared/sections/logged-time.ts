// When a moment was that a host tells of: by the collector's clock where it lies in a boot that the collector knows, else
// as the host's clock had it. Pure.
import type { LoggedMoment } from './updates.ts'

const SECOND_MS = 1_000

/** RFC 3339 in whole seconds, as logs have them. `bootedAt`: epoch ms. */
export function loggedTime({ uptimeMs, hostTime }: LoggedMoment, bootedAt: number | null): string | null {
  if (uptimeMs === null || bootedAt === null) return timeOrNull(hostTime)
  return new Date(Math.round(Math.max(0, bootedAt + uptimeMs) / SECOND_MS) * SECOND_MS).toISOString()
}

/** A host may write there what it likes. */
function timeOrNull(text: string | null): string | null {
  const ms = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

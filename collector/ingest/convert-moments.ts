// Moments a host saw become times of our clock: once per boot, at first acceptance, and afterwards only earlier.
// The host says "at uptime 5 s"; the report says "it is uptime 65 s now"; so it was 60 s before we received it.
// No clock of the host is involved.
import { isSameBoot, type BootIdentity } from '../../shared/boot-identity.ts'
import type { Observation, ObservedSections } from '../../shared/judgement/subject.ts'
import type { Moment } from '../../shared/sections/text.ts'
import type { BootRecord } from '../store/records.ts'

type Converted = NonNullable<BootRecord['moments']['sentinel']>

/** The boot a report belongs to: the one on record, or a new one with nothing in it. Null: never told. */
export function bootOf(
  known: BootRecord | null,
  told: BootIdentity | null,
  uptimeMs: number,
  now: number,
): BootRecord | null {
  if (told === null) return known
  if (known === null || (known.runMarker !== null && !isSameBoot(identity(known), told))) {
    return { ...pick(told), bootedAt: Math.max(0, now - uptimeMs), moments: {}, since: null }
  }
  if (known.runMarker !== null) return known
  // Which boot it was could not be told until now; what was seen meanwhile belongs to it.
  return { ...known, ...pick(told), bootedAt: Math.max(0, now - uptimeMs) }
}

/** `uptimeMs` and `now`: of the report, when it was sent and when it was received. */
export function convertMoments(
  boot: BootRecord,
  sections: ObservedSections,
  uptimeMs: number,
  now: number,
): BootRecord {
  const told = {
    sentinel: observed(sections.sentinel)?.since ?? null,
    kernel: observed(sections.kernel)?.newestInstalled ?? null,
  }
  const sentinel = earlier(boot.moments.sentinel, told.sentinel, uptimeMs, now)
  const kernel = earlier(boot.moments.kernel, told.kernel, uptimeMs, now)
  if (sentinel === boot.moments.sentinel && kernel === boot.moments.kernel) return boot
  return { ...boot, moments: { ...(sentinel && { sentinel }), ...(kernel && { kernel }) } }
}

/** Whose boot it is; null while the host could not tell. */
export function bootIdentityOf(boot: BootRecord | null): BootIdentity | null {
  return boot === null || boot.runMarker === null ? null : identity(boot)
}

/** The value behind a failure may be of an earlier boot, whose uptimes mean other times. */
function observed<V>(observation: Observation<V> | undefined): V | null {
  return observation?.outcome === 'observed' ? observation.value : null
}

function earlier(
  known: Converted | undefined,
  told: Moment | null,
  uptimeMs: number,
  now: number,
): Converted | undefined {
  // The same moment converted again would come out a little different with every report's time on the way.
  if (told === null || (known !== undefined && told.uptimeMs >= known.uptimeMs)) return known
  // A moment that lies ahead of the report, or before all time, is a mistake of the host: it may not be believed further.
  const at = Math.min(now, Math.max(0, now - (uptimeMs - told.uptimeMs)))
  if (known !== undefined && at >= known.at) return known
  return { uptimeMs: told.uptimeMs, at, quality: told.quality }
}

function identity({ kernelBootId, runMarker }: BootRecord): BootIdentity {
  return { kernelBootId, runMarker: runMarker ?? '' }
}

function pick({ kernelBootId, runMarker }: BootIdentity): BootIdentity {
  return { kernelBootId, runMarker }
}

// What changed the packages of a server, what waits to be upgraded there, and whether it upgrades itself.
import { loggedTime } from '../../shared/sections/logged-time.ts'
import type { ActorKind, LoggedChange, UpdatesHealth, UpdatesSection } from '../../shared/sections/updates.ts'
import type { ServerRecord } from '../store/records.ts'
import { type FixView, toFixViews } from './fixes-view.ts'

export type PendingView = {
  /** How many mend security, of how many in all. */
  security: number
  total: number
  held: number
  phased: number
  /** Seconds since apt last learned what there is, and when that was; null: nothing tells. */
  listsAge: number | null
  listsAt: string | null
  /** As many as are named, those that mend security first. */
  packages: { package: string; from: string; to: string; security: boolean }[]
}

export type UnattendedUpgradesView = {
  enabled: boolean
  /** Null where that could not be found out. */
  healthy: boolean | null
  health: UpdatesHealth
  lastRunAt: string | null
  /** Why it is not healthy. */
  why: string | null
  automaticReboot: boolean
  automaticRebootTime: string | null
}

export type PackageRunView = {
  at: string | null
  by: ActorKind
  user: string | null
  command: string | null
  error: string | null
  interrupted: boolean
  changes: LoggedChange[]
  /** How many there are besides those named. */
  more: number
}

/** Each null where nobody looked, or could; `updatesMissing` says why. */
export type UpdatesViews = {
  pending: PendingView | null
  unattendedUpgrades: UnattendedUpgradesView | null
  /** Newest first. */
  packageRuns: PackageRunView[] | null
  /** The kernel first, then the newest upgrades. */
  fixes: FixView[] | null
  updatesMissing: {
    pending: string | null
    unattendedUpgrades: string | null
    packageRuns: string | null
    fixes: string | null
  }
}

/** `found`: the newest the store has of the server; it counts as long as its section on the record does. */
export function toUpdatesViews(record: ServerRecord, found: UpdatesSection | null, now: number): UpdatesViews {
  const { boot, sections } = record
  const told = (sections.updates?.value ?? null) === null ? null : found
  const bootedAt = boot?.bootedAt ?? null
  const otherwise = sections.updates === undefined ? NOT_TOLD : (sections.updates.reason ?? null)
  return {
    pending: pendingOf(told, bootedAt, now),
    unattendedUpgrades: unattendedOf(told, bootedAt),
    packageRuns: runsOf(told, bootedAt),
    fixes: toFixViews(record, told?.fixes ?? null),
    updatesMissing: {
      pending: told === null ? otherwise : (told.missing.pending ?? null),
      unattendedUpgrades: told === null ? otherwise : (told.missing.unattendedUpgrades ?? null),
      packageRuns: told === null ? otherwise : (told.missing.runs ?? null),
      fixes: told === null ? otherwise : (told.missing.fixes ?? (told.fixes === undefined ? NOT_TOLD : null)),
    },
  }
}

const NOT_TOLD = 'its agent does not tell'
const SECOND_MS = 1_000

function pendingOf(found: UpdatesSection | null, bootedAt: number | null, now: number): PendingView | null {
  const pending = found?.pending ?? null
  if (pending === null) return null
  const { security, total, held, phased, packages } = pending
  const listsAt = pending.listsAt === null ? null : loggedTime(pending.listsAt, bootedAt)
  return {
    security,
    total,
    held,
    phased,
    listsAge: listsAt === null ? null : Math.max(0, Math.round((now - Date.parse(listsAt)) / SECOND_MS)),
    listsAt,
    packages: packages.map(({ package: name, from, to, isSecurity }) => ({
      package: name,
      from,
      to,
      security: isSecurity ?? false,
    })),
  }
}

function unattendedOf(found: UpdatesSection | null, bootedAt: number | null): UnattendedUpgradesView | null {
  const told = found?.unattendedUpgrades ?? null
  if (told === null) return null
  const { automaticReboot, automaticRebootTime, enabled, health, lastRunAt, why } = told
  return {
    enabled,
    healthy: health === 'unknown' ? null : health === 'ok',
    health,
    lastRunAt: lastRunAt === null ? null : loggedTime(lastRunAt, bootedAt),
    why,
    automaticReboot,
    automaticRebootTime,
  }
}

function runsOf(found: UpdatesSection | null, bootedAt: number | null): PackageRunView[] | null {
  const runs = found?.runs ?? null
  if (runs === null) return null
  return runs.map(({ at, by, command, error, isInterrupted, changes, more }) => ({
    at: loggedTime(at, bootedAt),
    by: by.kind,
    user: by.user,
    command,
    error,
    interrupted: isInterrupted,
    changes,
    more,
  }))
}

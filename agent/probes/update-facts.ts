// What `overdue-agent scan updates` left behind about updates, checked field by field: a field that a collector would
// refuse would cost the whole report.
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import {
  FIX_CVES_MAX,
  FIXES_MAX,
  NAME_LENGTH_MAX,
  PACKAGE_NAME_LENGTH_MAX,
  PENDING_NAMES_MAX,
  TEXT_LENGTH_MAX,
  VERSION_LENGTH_MAX,
} from '../../shared/protocol/limits.ts'
import type {
  LoggedMoment,
  PackageFix,
  PendingUpdates,
  UnattendedUpgrades,
  UpdatesHealth,
} from '../../shared/sections/updates.ts'
import { readFactsFile } from '../host/facts-file.ts'
import { reasonOf } from '../host/host-errors.ts'

/** `why`: nobody looked, or what they left cannot be used. */
export type FoundUpdates = { facts: UpdatesFacts; why: null } | { facts: null; why: string }

const NEVER: FoundUpdates = { facts: null, why: 'no scan of updates has answered yet' }
const NOT_OURS: FoundUpdates = { facts: null, why: 'what the scan of updates left cannot be understood' }

/** Never rejects. */
export async function readUpdatesFacts(directory: string): Promise<FoundUpdates> {
  try {
    const value = await readFactsFile(directory, 'updates')
    if (value === null) return NEVER
    const facts = parseUpdatesFacts(value)
    return facts === null ? NOT_OURS : { facts, why: null }
  } catch (error) {
    return { facts: null, why: reasonOf(error) }
  }
}

/** Null for what no scan of ours wrote. */
export function parseUpdatesFacts(value: unknown): UpdatesFacts | null {
  if (!isObject(value) || value['format'] !== 1 || !isObject(value['missing'])) return null
  const { bootId, missing, readAt, readUptimeMs } = value
  if (typeof readUptimeMs !== 'number' || typeof readAt !== 'string') return null
  const pending = value['pending'] === null ? null : toPending(value['pending'])
  const unattendedUpgrades = value['unattendedUpgrades'] === null ? null : toUnattended(value['unattendedUpgrades'])
  const fixes = value['fixes'] === undefined || value['fixes'] === null ? null : toFixes(value['fixes'])
  if (pending === undefined || unattendedUpgrades === undefined || fixes === undefined) return null
  const why = (part: string) => text(missing[part], TEXT_LENGTH_MAX) ?? 'the scan did not say why'
  return {
    format: 1,
    pending,
    unattendedUpgrades,
    fixes,
    missing: {
      ...(pending === null ? { pending: why('pending') } : {}),
      ...(unattendedUpgrades === null ? { unattendedUpgrades: why('unattendedUpgrades') } : {}),
      ...(fixes === null ? { fixes: why('fixes') } : {}),
    },
    marks: toMarks(value['marks']),
    bootId: text(bootId, NAME_LENGTH_MAX),
    readUptimeMs,
    readAt,
  }
}

/** Of a scan that left none nothing passes for unchanged. */
function toMarks(value: unknown): UpdatesFacts['marks'] {
  const marks = isObject(value) ? value : {}
  return { pending: text(marks['pending'], NAME_LENGTH_MAX), fixes: text(marks['fixes'], NAME_LENGTH_MAX) }
}

/** Undefined for what cannot be one; so for the others below. */
function toPending(value: unknown): PendingUpdates | undefined {
  if (!isObject(value) || !Array.isArray(value['packages'])) return undefined
  const { total, security, held, phased } = value
  const listsAt = value['listsAt'] === null ? null : toMoment(value['listsAt'])
  const packages = (value['packages'] as unknown[]).slice(0, PENDING_NAMES_MAX).map(toNamed)
  const isWhole = isCount(total) && isCount(security) && isCount(held) && isCount(phased) && listsAt !== undefined
  if (!isWhole || packages.includes(undefined)) return undefined
  return { total, security, held, phased, packages: packages.filter((one) => one !== undefined), listsAt }
}

function toNamed(value: unknown): PendingUpdates['packages'][number] | undefined {
  if (!isObject(value)) return undefined
  const name = text(value['package'], PACKAGE_NAME_LENGTH_MAX)
  const from = text(value['from'], VERSION_LENGTH_MAX)
  const to = text(value['to'], VERSION_LENGTH_MAX)
  if (name === null || from === null || to === null) return undefined
  return { package: name, from, to, ...(value['isSecurity'] === true ? { isSecurity: true } : {}) }
}

const HEALTHS: readonly UpdatesHealth[] = ['ok', 'disabled', 'stalled', 'failing', 'blocked', 'unknown']

function toUnattended(value: unknown): UnattendedUpgrades | undefined {
  if (!isObject(value)) return undefined
  const { automaticReboot, enabled } = value
  const health = HEALTHS.find((word) => word === value['health'])
  const lastRunAt = value['lastRunAt'] === null ? null : toMoment(value['lastRunAt'])
  if (health === undefined || lastRunAt === undefined) return undefined
  if (typeof enabled !== 'boolean' || typeof automaticReboot !== 'boolean') return undefined
  const automaticRebootTime = text(value['automaticRebootTime'], 32)
  const why = text(value['why'], TEXT_LENGTH_MAX)
  return { enabled, health, why, lastRunAt, automaticReboot, automaticRebootTime }
}

function toFixes(value: unknown): PackageFix[] | undefined {
  if (!Array.isArray(value)) return undefined
  const fixes = (value as unknown[]).slice(0, FIXES_MAX).map(toFix)
  return fixes.includes(undefined) ? undefined : fixes.filter((fix) => fix !== undefined)
}

function toFix(value: unknown): PackageFix | undefined {
  if (!isObject(value) || !Array.isArray(value['cves'])) return undefined
  const name = text(value['package'], PACKAGE_NAME_LENGTH_MAX)
  const from = text(value['from'], VERSION_LENGTH_MAX)
  const to = text(value['to'], VERSION_LENGTH_MAX)
  const { isInThisBoot, more } = value
  const cves = (value['cves'] as unknown[]).slice(0, FIX_CVES_MAX).filter(isCve)
  if (name === null || from === null || to === null || !isCount(more)) return undefined
  const missing = text(value['missing'], TEXT_LENGTH_MAX)
  return { package: name, from, to, cves, more, missing, ...(isInThisBoot === true ? { isInThisBoot } : {}) }
}

function isCve(value: unknown): value is string {
  return typeof value === 'string' && /^CVE-\d{4}-\d{4,7}$/.test(value)
}

const UPTIME_MS_MAX = 1e13

function toMoment(value: unknown): LoggedMoment | undefined {
  if (!isObject(value)) return undefined
  const { uptimeMs } = value
  const isUptime = Number.isInteger(uptimeMs) && Math.abs(uptimeMs as number) <= UPTIME_MS_MAX
  return { uptimeMs: isUptime ? (uptimeMs as number) : null, hostTime: text(value['hostTime'], 40) }
}

const COUNT_MAX = 1_000_000

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX
}

function text(value: unknown, lengthMax: number): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, lengthMax) : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

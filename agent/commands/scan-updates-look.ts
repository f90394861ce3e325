// What waits to be upgraded, and whether this host upgrades itself: what apt tells when asked, and the stamps and logs of
// unattended-upgrades. Runs apt with its own settings, never `apt-get update`, and changes nothing.
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import type { LoggedMoment, PackageFix, PendingUpdates, UnattendedUpgrades } from '../../shared/sections/updates.ts'
import { isMissing, type Host } from '../host/host.ts'
import type { HostCommand } from '../host/commands.ts'
import { reasonOf } from '../host/host-errors.ts'
import { loggedMoments } from '../probes/logged-moment.ts'
import { AptConfig } from '../updates/apt-config.ts'
import { parsePending } from '../updates/pending.ts'
import { judgeUnattended } from '../updates/unattended-health.ts'
import { findFixes } from './scan-updates-fixes.ts'
import { fixesMark, logsAndPackagesMark, type Mark, pendingMark } from './scan-updates-marks.ts'
import { readListsMs, readUnattended } from './scan-updates-unattended.ts'

/**
 * Never rejects: what could not be found out is null, with its reason. `known`: the answer before this one; what it was
 * made of and is still as it was is not worked out again.
 */
export async function scanUpdates(host: Host, known: UpdatesFacts | null = null): Promise<UpdatesFacts> {
  const bootId = (await host.readText('/proc/sys/kernel/random/boot_id').catch(() => '')).trim() || null
  const moment = { bootId, readUptimeMs: host.uptimeMs(), readAt: new Date(host.now()).toISOString() }
  const before = known !== null && known.bootId === bootId ? known : null
  const config = await printed(host, 'apt-config')
  const momentOf = await loggedMoments(host)
  const pending = await part(() => pendingOf(host, config, before, momentOf))
  const unattended = await part(() => unattendedOf(host, config, pending.value?.answer ?? null, momentOf))
  const fixes = await part(() => fixesOf(host, before))
  return {
    format: 1,
    pending: pending.value?.answer ?? null,
    unattendedUpgrades: unattended.value,
    fixes: fixes.value?.answer ?? null,
    missing: {
      ...(pending.why === null ? {} : { pending: pending.why }),
      ...(unattended.why === null ? {} : { unattendedUpgrades: unattended.why }),
      ...(fixes.why === null ? {} : { fixes: fixes.why }),
    },
    marks: { pending: pending.value?.mark ?? null, fixes: fixes.value?.mark ?? null },
    ...moment,
  }
}

const NAMES = { 'apt-config': 'apt-config', 'apt-simulate': 'apt-get' } as const satisfies Partial<
  Record<HostCommand, string>
>

type Part<T> = { value: T; why: null } | { value: null; why: string }

async function part<T>(look: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await look(), why: null }
  } catch (error) {
    return { value: null, why: reasonOf(error) }
  }
}

/** What a command printed, or an Error that says why it did not. */
async function printed(host: Host, command: keyof typeof NAMES): Promise<string | Error> {
  try {
    const { exitCode, stdout } = await host.run(command)
    return exitCode === 0 ? stdout : new Error(`${NAMES[command]} ended with exit status ${exitCode}`)
  } catch (error) {
    if (isMissing(error)) return new Error(`there is no ${NAMES[command]}`)
    return error instanceof Error ? error : new Error(String(error))
  }
}

function textOf(answer: string | Error): string {
  if (typeof answer === 'string') return answer
  throw answer
}

type MomentOf = (epochMs: number) => LoggedMoment

type Marked<T> = { answer: T; mark: Mark }

async function pendingOf(
  host: Host,
  config: string | Error,
  known: UpdatesFacts | null,
  momentOf: MomentOf,
): Promise<Marked<PendingUpdates>> {
  const mark = typeof config === 'string' ? await pendingMark(host, config, new AptConfig(config)) : null
  const isKnown = mark !== null && known?.marks.pending === mark
  const pending = isKnown ? known.pending : parsePending(textOf(await printed(host, 'apt-simulate')))
  if (pending === null) throw new Error('what apt-get printed cannot be understood')
  const listsMs = await readListsMs(host)
  return { answer: { ...pending, listsAt: listsMs === null ? null : momentOf(listsMs) }, mark }
}

async function fixesOf(host: Host, known: UpdatesFacts | null): Promise<Marked<PackageFix[]>> {
  const before = await logsAndPackagesMark(host)
  const kept = known?.fixes ?? null
  if (kept !== null) {
    const mark = await fixesMark(host, before, kept)
    if (mark !== null && known?.marks.fixes === mark) return { answer: kept, mark }
  }
  const { fixes, isFinal } = await findFixes(host)
  return { answer: fixes, mark: isFinal ? await fixesMark(host, before, fixes) : null }
}

async function unattendedOf(
  host: Host,
  dump: string | Error,
  pending: PendingUpdates | null,
  momentOf: MomentOf,
): Promise<UnattendedUpgrades> {
  const config = new AptConfig(textOf(dump))
  const found = await readUnattended(host)
  return judgeUnattended({ ...found, config, pending, nowMs: host.now() }, momentOf)
}

// What waits to be upgraded, and whether this host upgrades itself: what apt tells when asked, and the stamps and logs of
// unattended-upgrades. Runs apt with its own settings, never `apt-get update`, and changes nothing.
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import type { LoggedMoment, PendingUpdates, UnattendedUpgrades } from '../../shared/sections/updates.ts'
import { isMissing, type Host } from '../host/host.ts'
import type { HostCommand } from '../host/commands.ts'
import { reasonOf } from '../host/host-errors.ts'
import { loggedMoments } from '../probes/logged-moment.ts'
import { AptConfig } from '../updates/apt-config.ts'
import { parsePending } from '../updates/pending.ts'
import { judgeUnattended } from '../updates/unattended-health.ts'
import { findFixes } from './scan-inventory-fixes.ts'
import { readListsMs, readUnattended } from './scan-inventory-unattended.ts'

/** Never rejects: what could not be found out is null, with its reason. */
export async function scanUpdates(host: Host): Promise<UpdatesFacts> {
  const bootId = (await host.readText('/proc/sys/kernel/random/boot_id').catch(() => '')).trim() || null
  const moment = { bootId, readUptimeMs: host.uptimeMs(), readAt: new Date(host.now()).toISOString() }
  const config = await printed(host, 'apt-config')
  const simulated = await printed(host, 'apt-simulate')
  const momentOf = await loggedMoments(host)
  const pending = await part(() => pendingOf(host, simulated, momentOf))
  const unattended = await part(() => unattendedOf(host, config, pending.value, momentOf))
  const fixes = await part(() => findFixes(host))
  return {
    format: 1,
    pending: pending.value,
    unattendedUpgrades: unattended.value,
    fixes: fixes.value,
    missing: {
      ...(pending.why === null ? {} : { pending: pending.why }),
      ...(unattended.why === null ? {} : { unattendedUpgrades: unattended.why }),
      ...(fixes.why === null ? {} : { fixes: fixes.why }),
    },
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

async function pendingOf(host: Host, simulated: string | Error, momentOf: MomentOf): Promise<PendingUpdates> {
  const pending = parsePending(textOf(simulated))
  if (pending === null) throw new Error('what apt-get printed cannot be understood')
  const listsMs = await readListsMs(host)
  return { ...pending, listsAt: listsMs === null ? null : momentOf(listsMs) }
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

// Who changed packages, what waits to be upgraded, and whether this host upgrades itself, for people. Pure.
import { actorText } from '../../shared/sections/actor-words.ts'
import type { PackageRun, UpdatesSection } from '../../shared/sections/updates.ts'

const RUNS_SHOWN_MAX = 5
const NAMES_SHOWN_MAX = 3

/** Times are those of the host's own logs, as they were when they were written. */
export function explainUpdates({ runs, missing, ...section }: UpdatesSection): string[] {
  return [
    ...explainPending({ ...section, missing }),
    ...(runs === null ? [`  changed     ${unread(missing.runs)}`] : runs.slice(0, RUNS_SHOWN_MAX).flatMap(runLines)),
  ]
}

type Pending = Pick<UpdatesSection, 'pending' | 'unattendedUpgrades' | 'missing'>

export function explainPending({ pending, unattendedUpgrades, missing }: Pending): string[] {
  return [
    `  waiting     ${pending === null ? unread(missing.pending) : pendingText(pending)}`,
    `  unattended  ${unattendedUpgrades === null ? unread(missing.unattendedUpgrades) : unattendedText(unattendedUpgrades)}`,
  ]
}

function unread(reason: string | undefined): string {
  return `not known: ${reason ?? 'no reason given'}`
}

function pendingText({ total, security, held, phased, listsAt }: NonNullable<UpdatesSection['pending']>): string {
  return [
    total === 0 ? 'nothing' : `${total} packages, ${security} of them security`,
    ...(held > 0 ? [`${held} kept back`] : []),
    ...(phased > 0 ? [`${phased} deferred by phasing`] : []),
    `apt's lists are of ${listsAt?.hostTime ?? 'a time that is not known'}`,
  ].join('; ')
}

function unattendedText(found: NonNullable<UpdatesSection['unattendedUpgrades']>): string {
  const { automaticReboot, automaticRebootTime, enabled, health, lastRunAt, why } = found
  return [
    why === null ? health : `${health}: ${why}`,
    ...(enabled ? [`last success ${lastRunAt?.hostTime ?? 'never'}`] : []),
    ...(enabled && automaticReboot ? [`restarts by itself (${automaticRebootTime ?? 'now'})`] : []),
  ].join('; ')
}

function runLines({ at, by, changes, command, isInterrupted, more }: PackageRun): string[] {
  const total = changes.length + more
  const names = changes.slice(0, NAMES_SHOWN_MAX).map((change) => change.package)
  const what = `${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}`
  const who = actorText({ by: by.kind, user: by.user })
  return [
    `  changed     ${at.hostTime ?? 'at a time that is not known'} by ${who}: ${what}${isInterrupted ? ' (cut off)' : ''}`,
    ...(command === null ? [] : [`              with ${command}`]),
  ]
}

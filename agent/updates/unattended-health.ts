// Does this host upgrade itself, and does that work? The first reason that says no counts. Pure.
import type { LoggedMoment, PendingUpdates, UnattendedUpgrades } from '../../shared/sections/updates.ts'
import type { AptConfig } from './apt-config.ts'
import { shownText } from './named-runs.ts'

/** A daily run may be missed once: the next comes within a day and its random delay. */
const STAMP_MS_MAX = 48 * 3_600_000
const NAMES_SHOWN_MAX = 3
const TIME_LENGTH_MAX = 32

export type UnattendedEvidence = {
  config: AptConfig
  isInstalled: boolean
  /** Why nothing starts it; null: its timers, or cron, do. */
  notStarted: string | null
  /** Packages left half installed or half configured. */
  broken: readonly string[]
  /** Level of the last line of its log; null: there is no such line. */
  lastLevel: string | null
  /** Why the log could not be read; null: it could, or is not there. */
  logProblem: string | null
  /** Of the last scheduled run that succeeded, and of apt's lists, epoch ms; null: never, or nothing tells. */
  stampMs: number | null
  listsMs: number | null
  pending: Pick<PendingUpdates, 'packages'> | null
  nowMs: number
}

type Health = Pick<UnattendedUpgrades, 'enabled' | 'health' | 'why'>

export function judgeUnattended(
  evidence: UnattendedEvidence,
  momentOf: (epochMs: number) => LoggedMoment,
): UnattendedUpgrades {
  const { config, stampMs } = evidence
  const automaticReboot = config.flag('Unattended-Upgrade::Automatic-Reboot', false)
  const time = config.text('Unattended-Upgrade::Automatic-Reboot-Time') ?? 'now'
  return {
    ...healthOf(evidence),
    lastRunAt: stampMs === null ? null : momentOf(stampMs),
    automaticReboot,
    automaticRebootTime: automaticReboot ? shownText(time, TIME_LENGTH_MAX) : null,
  }
}

function healthOf(evidence: UnattendedEvidence): Health {
  const disabled = whyDisabled(evidence)
  if (disabled !== null) return { enabled: false, health: 'disabled', why: disabled }
  for (const health of ['failing', 'blocked', 'stalled', 'unknown'] as const) {
    const why = WHY[health](evidence)
    if (why !== null) return { enabled: true, health, why }
  }
  return { enabled: true, health: 'ok', why: null }
}

function whyDisabled({ config, isInstalled, notStarted }: UnattendedEvidence): string | null {
  if (!isInstalled) return 'the package unattended-upgrades is not installed'
  if (!config.flag('APT::Periodic::Enable', true)) return 'APT::Periodic::Enable is 0'
  for (const name of ['Update-Package-Lists', 'Unattended-Upgrade']) {
    if (!config.isPeriodic(`APT::Periodic::${name}`)) return `APT::Periodic::${name} is 0, or not set`
  }
  return notStarted
}

const WHY: Record<'failing' | 'blocked' | 'stalled' | 'unknown', (evidence: UnattendedEvidence) => string | null> = {
  failing({ broken, lastLevel }) {
    if (broken.length > 0) return `packages are half installed: ${namesOf(broken)}`
    return lastLevel === 'ERROR' ? 'the last line of its log is an error' : null
  },
  blocked({ config, pending }) {
    const blacklist = config.list('Unattended-Upgrade::Package-Blacklist')
    const security = pending?.packages.filter(({ isSecurity }) => isSecurity === true) ?? []
    const blocked = security.map((one) => one.package).filter((name) => blacklist.some((one) => beginsAs(one, name)))
    return blocked.length === 0 ? null : `Package-Blacklist keeps security updates away from: ${namesOf(blocked)}`
  },
  stalled({ listsMs, nowMs, stampMs }) {
    if (stampMs === null) return 'no scheduled run has succeeded yet'
    if (nowMs - stampMs > STAMP_MS_MAX) return 'no scheduled run has succeeded for more than 48 hours'
    return listsMs !== null && nowMs - listsMs > STAMP_MS_MAX ? "apt's lists are older than 48 hours" : null
  },
  unknown({ listsMs, logProblem }) {
    if (logProblem !== null) return logProblem
    return listsMs === null ? "nothing tells how old apt's lists are" : null
  },
}

/** unattended-upgrades takes them for expressions that match from the beginning; what is none is compared as it stands. */
function beginsAs(expression: string, name: string): boolean {
  // An expression of somebody else's may take for ever: those with anything that repeats are compared in part only.
  const plain = /^[\w.+-]*/.exec(expression)?.[0] ?? ''
  const isPlain = plain === expression || `${plain}$` === expression
  return isPlain && (expression.endsWith('$') ? name === plain : name.startsWith(plain)) && plain !== ''
}

function namesOf(names: readonly string[]): string {
  const shown = names
    .slice(0, NAMES_SHOWN_MAX)
    .map((name) => shownText(name, 64))
    .join(', ')
  return names.length > NAMES_SHOWN_MAX ? `${shown} and ${names.length - NAMES_SHOWN_MAX} more` : shown
}

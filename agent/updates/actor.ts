// Whom a run that changed packages is put down to, from what apt wrote about it. Pure.
import type { PackageRun } from '../../shared/sections/updates.ts'
import type { HistoryEntry } from './apt-history.ts'

type Actor = PackageRun['by']

/** As the scheduled run calls itself, in the first word: /usr/bin/unattended-upgrade. Who installs it names it, too. */
const UNATTENDED = /^(?:\S*\/)?unattended-upgrades?(?:\s|$)/
/** aptdaemon writes "aptdaemon role='role-commit-packages' sender=...", PackageKit "packagekit role='update-packages'". */
const DESKTOP = /^(?:aptdaemon|packagekit)\s+role='?([\w-]+)/

/** A run of unattended-upgrades that somebody asked for is that person's. */
export function actorOf({ command, requestedBy }: Pick<HistoryEntry, 'command' | 'requestedBy'>): Actor {
  const desktop = DESKTOP.exec(command ?? '')
  if (desktop !== null) return { kind: 'desktop', user: requestedBy ?? desktop[1] ?? null }
  if (requestedBy !== null) return { kind: 'user', user: requestedBy }
  if (command === null) return { kind: 'program', user: null }
  return { kind: UNATTENDED.test(command) ? 'unattended' : 'root', user: null }
}

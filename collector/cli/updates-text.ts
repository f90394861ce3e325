// What waits to be upgraded on one server, whether it upgrades itself, and who changed its packages, for people.
import { actorText } from '../../shared/sections/actor-words.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { table, type Column } from './table.ts'
import { visible } from './visible.ts'

/** The JSON document names them all. */
const RUNS_MAX = 10
const NAMES_SHOWN_MAX = 3

type Server = Pick<ServerDocument, 'pending' | 'unattendedUpgrades' | 'packageRuns' | 'updatesMissing'>
type Run = NonNullable<Server['packageRuns']>[number]

/** `momentOf`: a time as the other lines show it. */
export function updatesFacts(
  { pending, unattendedUpgrades, updatesMissing }: Server,
  momentOf: (time: string) => string,
): [label: string, text: string | null][] {
  return [
    ['updates', pending === null ? unread(updatesMissing.pending) : pendingText(pending, momentOf)],
    [
      'unattended',
      unattendedUpgrades === null
        ? unread(updatesMissing.unattendedUpgrades)
        : unattendedText(unattendedUpgrades, momentOf),
    ],
  ]
}

function unread(reason: string | null): string | null {
  return reason === null ? null : `not known: ${reason}`
}

function pendingText(pending: NonNullable<Server['pending']>, momentOf: (time: string) => string): string {
  const { total, security, held, phased, listsAt } = pending
  return [
    total === 0 ? 'none waiting' : `${total} waiting, ${security} of them security`,
    ...(held > 0 ? [`${held} kept back`] : []),
    ...(phased > 0 ? [`${phased} deferred by phasing`] : []),
    ...(listsAt === null ? [] : [`lists of ${momentOf(listsAt)}`]),
  ].join('; ')
}

function unattendedText(
  { enabled, health, lastRunAt, why, automaticReboot, automaticRebootTime }: NonNullable<Server['unattendedUpgrades']>,
  momentOf: (time: string) => string,
): string {
  return [
    why === null ? health : `${health}: ${why}`,
    ...(enabled && lastRunAt !== null ? [`last success ${momentOf(lastRunAt)}`] : []),
    ...(enabled && automaticReboot ? [`restarts by itself (${automaticRebootTime ?? 'now'})`] : []),
  ].join('; ')
}

const COLUMNS: readonly Column<Run>[] = [
  { heading: 'WHEN', cell: ({ at }) => (at === null ? '' : `${at.slice(0, 16).replace('T', ' ')}Z`) },
  { heading: 'BY', cell: actorText },
  { heading: 'CHANGED', cell: changedText },
  { heading: 'WITH', cell: ({ command, interrupted }) => `${command ?? ''}${interrupted ? ' (cut off)' : ''}` },
]

/** Lines with their heading; none where no run is on record. */
export function runsText({ packageRuns, updatesMissing }: Server): string[] {
  if (packageRuns === null && updatesMissing.packageRuns !== null)
    return ['', `Who changed packages is not known: ${updatesMissing.packageRuns}`].map(visible)
  if (packageRuns === null || packageRuns.length === 0) return []
  const lines = table(COLUMNS, packageRuns.slice(0, RUNS_MAX), { width: null }).split('\n')
  const more = packageRuns.length - RUNS_MAX
  return [
    '',
    'Packages changed',
    ...lines.map((line) => `    ${line}`),
    ...(more > 0 ? [`    ${more} more with --json`] : []),
  ].map(visible)
}

/** One package with both versions, of several their names. */
function changedText({ changes, more }: Run): string {
  const [only] = changes
  if (changes.length === 1 && more === 0 && only !== undefined) {
    const { action, from, package: name, to } = only
    return from === null || to === null ? `${action} ${name} ${to ?? from ?? ''}` : `${name} ${from} -> ${to}`
  }
  const total = changes.length + more
  const shown = changes.slice(0, NAMES_SHOWN_MAX).map((change) => change.package)
  return `${shown.join(', ')}${total > shown.length ? ` and ${total - shown.length} more` : ''}`
}

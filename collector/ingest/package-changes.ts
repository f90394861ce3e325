// What became different between two lists of packages of one server: one line of history, however much it was. Pure.
import { comparePackageVersions } from '../../shared/packages/version-order.ts'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { PackagesSection } from '../../shared/sections/packages.ts'
import type { PackageRun } from '../../shared/sections/updates.ts'
import type { BootRecord } from '../store/records.ts'
import { authorsOf } from './package-authors.ts'

/** `name` with its architecture, as dpkg tells two of them apart; null: was not, or is no longer, installed. */
export type PackageChange = { name: string; from: string | null; to: string | null }

const KINDS = ['upgraded', 'downgraded', 'installed', 'removed'] as const
type Kind = (typeof KINDS)[number]

/** An upgrade to another release touches thousands: as many are named, the rest is counted. */
const NAMES_MAX = 200

/** What the host says of who changed packages, newest first, and the boot that it counts in. */
export type PackageRuns = { runs: readonly PackageRun[]; boot: Pick<BootRecord, 'bootedAt'> | null }

/**
 * [] where no version differs: a hold that comes or goes changes nothing that is installed. The event has `runs` where the
 * host told of some that led there.
 */
export function packageEvents(
  before: PackagesSection,
  after: PackagesSection,
  told: PackageRuns = { runs: [], boot: null },
): HistoryEvent[] {
  const changes = changesBetween(versionsOf(before), versionsOf(after))
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, changes[kind].length]))
  if (KINDS.every((kind) => changes[kind].length === 0)) return []
  const authors = authorsOf(
    KINDS.flatMap((kind) => changes[kind]),
    told.runs,
    told.boot,
  )
  const runs = authors.length === 0 ? {} : { runs: authors }
  return [{ type: 'package-changed', cause: null, data: { ...named(changes), counts, ...runs } }]
}

type Changes = Record<Kind, PackageChange[]>

function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Changes {
  const changes: Changes = { upgraded: [], downgraded: [], installed: [], removed: [] }
  for (const [name, to] of after) {
    const from = before.get(name) ?? null
    if (from === to) continue
    const kind = from === null ? 'installed' : comparePackageVersions(from, to) > 0 ? 'downgraded' : 'upgraded'
    changes[kind].push({ name, from, to })
  }
  for (const [name, from] of before) if (!after.has(name)) changes.removed.push({ name, from, to: null })
  return changes
}

function named(changes: Changes): Changes {
  let left = NAMES_MAX
  const shown: Changes = { upgraded: [], downgraded: [], installed: [], removed: [] }
  for (const kind of KINDS) {
    shown[kind] = changes[kind].slice(0, left)
    left -= shown[kind].length
  }
  return shown
}

/** "libc6:amd64=2.36-9 hold" is libc6:amd64 at 2.36-9. */
function versionsOf(entries: PackagesSection): Map<string, string> {
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf('=')
      return [entry.slice(0, at), entry.slice(at + 1).split(' ', 1)[0] ?? '']
    }),
  )
}

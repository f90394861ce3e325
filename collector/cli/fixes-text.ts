// What upgrades fixed on one server, for people: a line for what was upgraded together.
import { cveCountText, fixGroups, type FixGroup } from '../../shared/sections/fix-groups.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { table, type Column } from './table.ts'
import { visible } from './visible.ts'

/** The JSON document names them all. */
const ROWS_MAX = 30
const PACKAGES_SHOWN_MAX = 3
const IDS_SHOWN_MAX = 4

type Server = Pick<ServerDocument, 'fixes' | 'updatesMissing'>
type Fix = NonNullable<Server['fixes']>[number]
type Group = FixGroup<Fix>

const COLUMNS: readonly Column<Group>[] = [
  { heading: 'UPGRADED', cell: ({ packages }) => named(packages, PACKAGES_SHOWN_MAX) },
  { heading: 'FROM', cell: ({ fix }) => fix.from },
  { heading: 'TO', cell: ({ fix }) => fix.to },
  { heading: 'IN USE', cell: ({ fix }) => (fix.awaitsRestart ? 'after a restart' : 'yes') },
  { heading: 'FIXED', cell: ({ fix }) => fixedText(fix) },
]

/** Lines with their heading; none where no upgrade is on record. */
export function fixesText({ fixes, updatesMissing }: Server): string[] {
  if (fixes === null)
    return updatesMissing.fixes === null
      ? []
      : ['', `What upgrades fixed is not known: ${updatesMissing.fixes}`].map(visible)
  const groups = fixGroups(fixes, isEmpty)
  if (groups.length === 0) return []
  const lines = table(COLUMNS, groups.slice(0, ROWS_MAX), { width: null }).split('\n')
  const more = groups.length - ROWS_MAX
  return [
    '',
    'What upgrades fixed',
    ...lines.map((line) => `    ${line}`),
    ...(more > 0 ? [`    ${more} more with --json`] : []),
  ].map(visible)
}

function isEmpty({ complete, cves }: Fix): boolean {
  return complete && cves.length === 0
}

function fixedText({ cves, cvesMore, complete, why, knownExploited }: Fix): string {
  const exploited =
    knownExploited.length === 0 ? '' : `; known to be exploited: ${named(knownExploited, IDS_SHOWN_MAX)}`
  const count = cveCountText(cves.length + cvesMore, complete)
  const ids =
    cves.length === 0
      ? ''
      : ` (${cves.slice(0, IDS_SHOWN_MAX).join(', ')}${cves.length + cvesMore > IDS_SHOWN_MAX ? ', ...' : ''})`
  return `${count}${ids}${why === null ? '' : `: ${why}`}${exploited}`
}

function named(names: readonly string[], max: number): string {
  const more = names.length - max
  return `${names.slice(0, max).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

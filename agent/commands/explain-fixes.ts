// What upgrades fixed on this host, for people. Pure.
import { cveCountText, fixGroups, type FixGroup } from '../../shared/sections/fix-groups.ts'
import type { PackageFix, UpdatesSection } from '../../shared/sections/updates.ts'

const ROWS_MAX = 15
const IDS_SHOWN_MAX = 5
const PACKAGES_SHOWN_MAX = 3

/** Those of this boot first, for what runs may still be older. */
export function explainFixes({ fixes, missing }: Pick<UpdatesSection, 'fixes' | 'missing'>): string[] {
  if (fixes === undefined || fixes === null) return [`  not known: ${missing.fixes ?? 'no reason given'}`]
  const groups = fixGroups(fixes, ({ cves, missing: why }) => cves.length === 0 && why === null)
  if (groups.length === 0) return ['  nothing that a changelog names']
  const more = groups.length - ROWS_MAX
  return [...groups.slice(0, ROWS_MAX).flatMap(groupLines), ...(more > 0 ? [`  ${more} more with --json`] : [])]
}

function groupLines({ packages, fix }: FixGroup<PackageFix>): string[] {
  const { from, to, cves, more, missing, isInThisBoot } = fix
  const others = packages.length - PACKAGES_SHOWN_MAX
  const names = `${packages.slice(0, PACKAGES_SHOWN_MAX).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
  const total = cves.length + more
  const first = `  ${names} ${from} -> ${to}${isInThisBoot === true ? ', in this boot' : ''}: ${cveCountText(total, missing === null)}`
  if (cves.length === 0) return [missing === null ? first : `${first}: ${missing}`]
  const shown = cves.slice(0, IDS_SHOWN_MAX)
  const rest = total - shown.length
  return [
    first,
    `    ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
    ...(missing === null ? [] : [`    there may be more: ${missing}`]),
  ]
}

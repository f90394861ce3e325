// What upgrades fixed: ids per upgrade, whether that is all of them, and whether the old code may run still.
import { cveCountText, fixGroups, type FixGroup } from '../../../shared/sections/fix-groups.ts'
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'

type Server = Pick<ServerDocument, 'fixes' | 'updatesMissing'>
type Fix = NonNullable<Server['fixes']>[number]

const ROWS_MAX = 30
const PACKAGES_SHOWN_MAX = 5
/** Ids that are shown at once, and those that are there to be unfolded. */
const IDS_SHOWN_MAX = 3
const IDS_UNFOLDED_MAX = 200

/** `hasList`: does the collector have a list of what is known to be exploited? */
export function fixesList({ fixes, updatesMissing }: Server, hasList: boolean): View {
  if (fixes === null) {
    const why = updatesMissing.fixes
    return html`<p class="empty">What upgrades fixed is not known${why === null ? null : html`: ${why}`}.</p>`
  }
  const groups = fixGroups(fixes, isEmpty)
  const quiet = fixes.filter(isEmpty).length
  const more = groups.length - ROWS_MAX
  return html`<div>
    ${
      groups.length === 0
        ? html`<p class="empty">No upgrade on record names a weakness it fixed.</p>`
        : html`<ul class="fixes">
            ${groups.slice(0, ROWS_MAX).map(fixItem)}
          </ul>`
    }
    ${more > 0 ? html`<p class="hint">${countText(more)} more in the JSON of this page.</p>` : null}
    ${quiet > 0 && groups.length > 0 ? html`<p class="hint">${countText(quiet)} more ${quiet === 1 ? 'package was' : 'packages were'} upgraded whose changelogs name none.</p>` : null}
    ${hasList ? null : html`<p class="hint">Which of them are known to be exploited is not known: the collector was given no list.</p>`}
  </div>`
}

function isEmpty({ complete, cves }: Fix): boolean {
  return complete && cves.length === 0
}

function fixItem({ packages, fix }: FixGroup<Fix>): View {
  const { from, to, cves, cvesMore, complete, why, awaitsRestart, knownExploited } = fix
  const more = packages.length - PACKAGES_SHOWN_MAX
  const names = `${packages.slice(0, PACKAGES_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${countText(more)} more` : ''}`
  const count = cveCountText(cves.length + cvesMore, complete)
  return html`<li>
    <p><strong>${names}</strong>${`: ${count}${awaitsRestart ? ', in use after a restart' : ''}`}</p>
    <p class="detail">${from} → ${to}</p>
    ${knownExploited.length === 0 ? null : html`<p><strong>Known to be exploited: ${knownExploited.join(', ')}</strong></p>`}
    ${idsOf(cves, cvesMore)}
    ${why === null ? null : html`<p class="outcome-reason">${cves.length === 0 ? null : 'There may be more: '}${why}</p>`}
  </li>`
}

function idsOf(cves: readonly string[], cvesMore: number): View | null {
  if (cves.length === 0) return null
  const shown = cves.slice(0, IDS_SHOWN_MAX).join(', ')
  if (cves.length + cvesMore <= IDS_SHOWN_MAX) return html`<p class="detail">${shown}</p>`
  const unfolded = cves.slice(0, IDS_UNFOLDED_MAX)
  const left = cves.length + cvesMore - unfolded.length
  return html`<details>
    <summary class="detail">${shown} and ${countText(cves.length + cvesMore - IDS_SHOWN_MAX)} more</summary>
    <p class="detail">${unfolded.join(', ')}${left > 0 ? ` and ${countText(left)} more` : null}</p>
  </details>`
}

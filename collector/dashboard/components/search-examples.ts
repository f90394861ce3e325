// What can be searched for, with how many servers each answer has: links, so that it works without scripts. With them the
// field suggests the same while one types.
import { formatPattern } from '../../../shared/query/format.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { FACET_KEYS, type FacetKey, type Facets } from '../../views/facets-view.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'
import { withQuery, type Kept } from './search-form.ts'

const VALUES_SHOWN = 6

const KEY_WORDS: Record<FacetKey, string> = {
  state: 'State',
  reporting: 'Reporting',
  exposure: 'Exposure',
  reason: 'Why a person',
  app: 'Application',
  env: 'Environment',
  os: 'System',
  tag: 'Tag',
}

export function searchExamples(facets: Facets, kept: Kept = {}): View {
  return html`<details class="examples">
    <summary>What to search for</summary>
    <dl>
      ${FACET_KEYS.filter((key) => facets[key].values.length > 0).map(
        (key) =>
          html`<div>
            <dt>${KEY_WORDS[key]}</dt>
            ${facets[key].values.slice(0, VALUES_SHOWN).map((one) => html`<dd>${term(key, one, kept)}</dd>`)}
          </div>`,
      )}
    </dl>
    <p class="hint">Terms side by side must all hold. <a href=${`${paths.helpPage()}#search`}>The whole language</a></p>
  </details>`
}

function term(key: FacetKey, { value, count }: { value: string; count: number }, kept: Kept): View {
  const text = `${key}:${formatPattern([value])}`
  return html`<a href=${withQuery(paths.fleetPage(), text, kept)}><code>${text}</code></a> ${countText(count)}`
}

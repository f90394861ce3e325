// Four counts, quiet: the sentence above them already said what matters. Each leads to the servers it counts.
import type { State } from '../../../shared/judgement/verdict.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { outline, stateShape } from './marks.ts'
import { withQuery } from './search-form.ts'

export type TileCounts = {
  /** Promoted: a person should look now. */
  needsPerson: number
  restartRequired: number
  /** State unknown: nothing can be said about these. */
  cannotTell: number
  /** ok or deferrable. */
  fine: number
}

export function tiles(counts: TileCounts): View {
  return html`<dl class="tiles" data-region="tiles">
    ${tile(link('Need a person', 'reason:*'), counts.needsPerson, 'needs-person', personMark())}
    ${tile(
      link('Restart required', 'state:restart-required'),
      counts.restartRequired,
      'restart-required',
      stateShape('restart-required'),
    )}
    ${tile(link('Cannot tell', 'state:unknown'), counts.cannotTell, 'unknown', stateShape('unknown'))}
    ${tile(link('OK or deferrable', 'state:ok,deferrable'), counts.fine, 'ok', stateShape('ok'))}
  </dl>`
}

function link(label: string, query: string): View {
  return html`<a href=${withQuery(paths.fleetPage(), query)}>${label}</a>`
}

function tile(label: View, count: number, tone: State | 'needs-person', mark: Content): View {
  const tones = count === 0 ? 'tile zero' : `tile tile-${tone}`
  return html`<div class=${tones}>
    <dt>${mark}<span>${label}</span></dt>
    <dd>${countText(count)}</dd>
  </div>`
}

function personMark(): View {
  return outline(
    1.5,
    html`<g>
      <circle cx="8" cy="4.75" r="2.75" />
      <path d="M2.5 14.5c.4-3.2 2.5-5 5.5-5s5.1 1.8 5.5 5" stroke-linecap="round" />
    </g>`,
  )
}

// Four counts, quiet: the sentence above them already said what matters.
import type { State } from '../../../shared/judgement/verdict.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { stateShape } from './marks.ts'

export type TileCounts = {
  /** Promoted: a person should look now. */
  needsPerson: number
  restartRequired: number
  /** Unknown, silent or never heard: nothing can be said about these. */
  cannotTell: number
  /** ok or deferrable. */
  fine: number
}

export function tiles(counts: TileCounts): View {
  return html`<dl class="tiles" data-region="tiles">
    ${tile('Need a person', counts.needsPerson, 'needs-person', personMark())}
    ${tile('Restart required', counts.restartRequired, 'restart-required', stateShape('restart-required'))}
    ${tile('Cannot tell', counts.cannotTell, 'unknown', stateShape('unknown'))}
    ${tile('OK or deferrable', counts.fine, 'ok', stateShape('ok'))}
  </dl>`
}

function tile(label: string, count: number, tone: State | 'needs-person', mark: Content): View {
  const tones = count === 0 ? 'tile zero' : `tile tile-${tone}`
  return html`<div class=${tones}>
    <dt>${mark}<span>${label}</span></dt>
    <dd>${countText(count)}</dd>
  </div>`
}

function personMark(): View {
  return html`<svg
    class="shape"
    viewBox="0 0 16 16"
    aria-hidden="true"
    focusable="false"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
  >
    <circle cx="8" cy="4.75" r="2.75" />
    <path d="M2.5 14.5c.4-3.2 2.5-5 5.5-5s5.1 1.8 5.5 5" stroke-linecap="round" />
  </svg>`
}

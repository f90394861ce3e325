// Four counts, quiet: the sentence above them already said what matters. Each leads to the servers it counts.
import type { State } from '../../../shared/judgement/verdict.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { outline, stateShape } from './marks.ts'
import { withQuery, type Kept } from './search-form.ts'

export type TileCounts = {
  /** Promoted: a person should look now. */
  needsPerson: number
  /** Would need one, but somebody has said until when it can wait. */
  snoozed: number
  restartRequired: number
  /** State unknown: nothing can be said about these. */
  cannotTell: number
  /** Not heard any more either, but a restart was required when they were. */
  silentRequired: number
  /** ok or deferrable. */
  fine: number
}

/** `scope`: a term that narrows what is counted, e.g. "app:shop"; '' for the whole fleet. `kept`: of the page's address. */
export function tiles(counts: TileCounts, scope = '', kept: Kept = {}): View {
  const to = (query: string) => withQuery(paths.fleetPage(), `${scope} ${query}`.trim(), kept)
  const required = 'state:restart-required'
  return html`<dl class="tiles" data-region="tiles">
    ${tile(
      link('Need a person', to('reason:*')),
      counts.needsPerson,
      'needs-person',
      personMark(),
      noteBeside(snoozedLink(counts.snoozed, to('snoozed:yes'))),
    )}
    ${tile(link('Restart required', to(required)), counts.restartRequired, 'restart-required', stateShape('restart-required'))}
    ${tile(
      link('Cannot tell', to('state:unknown')),
      counts.cannotTell,
      'unknown',
      stateShape('unknown'),
      noteBeside(silentLink(counts.silentRequired, to(`${required} reporting:silent`))),
    )}
    ${tile(link('OK or deferrable', to('state:ok,deferrable')), counts.fine, 'ok', stateShape('ok'))}
  </dl>`
}

/** Counted as unknown, or as in need of a restart and silent: what a tile shows of any counts of servers. */
export function tileCountsOf({ promoted, snoozed, state, cannotTell }: CountedServers): TileCounts {
  return {
    needsPerson: promoted,
    snoozed,
    restartRequired: state['restart-required'],
    cannotTell: state.unknown,
    silentRequired: cannotTell - state.unknown,
    fine: state.ok + state.deferrable,
  }
}

type CountedServers = {
  promoted: number
  snoozed: number
  state: Readonly<Record<State, number>>
  cannotTell: number
}

function link(label: string, href: string): View {
  return html`<a href=${href}>${label}</a>`
}

/** Their need is known and counted beside; whether it still stands is not. */
function silentLink(count: number, href: string): View | null {
  return count === 0 ? null : html`<a href=${href}>+ ${countText(count)} silent, restart required</a>`
}

/** Not among those that need a person, and said beside them: the quiet is no all-clear. */
function snoozedLink(count: number, href: string): View | null {
  return count === 0 ? null : html`<a href=${href}>+ ${countText(count)} snoozed</a>`
}

/** Beside the number, where it makes no tile higher. */
function noteBeside(content: View | null): View | null {
  return content === null ? null : html`<dd class="tile-note">${content}</dd>`
}

function tile(label: View, count: number, tone: State | 'needs-person', mark: Content, note: Content = null): View {
  const tones = count === 0 ? 'tile zero' : `tile tile-${tone}`
  return html`<div class=${tones}>
    <dt>${mark}<span>${label}</span></dt>
    <dd>${countText(count)}</dd>
    ${note}
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

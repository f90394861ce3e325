// What happened to a server, newest first, each line with the moment the collector accepted it.
import type { HistoryItem } from '../../views/history-view.ts'
import { html, type View } from '../html.ts'
import { CAUSE_WORDS, EVENT_WORDS } from '../words.ts'
import { momentWithUtc } from './times.ts'

export function historyList(items: readonly HistoryItem[], now: number): View {
  if (items.length === 0) return html`<p class="empty">Nothing has changed since this server was registered.</p>`
  return html`<ol class="history">
    ${items.map(
      (item) =>
        html`<li class=${`event event-${item.type}`}>
          <p class="what">
            ${EVENT_WORDS[item.type]}${item.cause === null ? null : html`<span class="cause">: ${CAUSE_WORDS[item.cause]}</span>`}
          </p>
          ${detail(item)}
          <p class="when">${momentWithUtc(item.at, now, 'ago')}</p>
        </li>`,
    )}
  </ol>`
}

/** Names and addresses of the event, whatever its kind carries; anything that is no list of text is left to the JSON. */
function detail(item: HistoryItem): View | null {
  const packages = textsOf(item.data['packages'])
  if (packages.length > 0) return html`<p class="detail">${packages.join(', ')}</p>`
  const before = textsOf(item.data['before'])
  const after = textsOf(item.data['after'])
  if (before.length + after.length === 0) return null
  return html`<p class="detail">${before.join(', ')} → ${after.join(', ')}</p>`
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

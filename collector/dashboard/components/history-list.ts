// What happened to a server, newest first, each line with the moment the collector accepted it.
import type { SnoozeEnd } from '../../../shared/judgement/snooze.ts'
import type { HistoryItem } from '../../views/history-view.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type View } from '../html.ts'
import { CAUSE_WORDS, countText, EVENT_WORDS, LISTENER_REASON_WORDS, SNOOZE_END_WORDS } from '../words.ts'
import { packageAuthors } from './package-authors.ts'
import { momentWithUtc } from './times.ts'

const PACKAGES_NAMED = 3

/** `namesServers`: lines are of several servers, so each says whose it is. */
export function historyList(items: readonly HistoryItem[], now: number, { namesServers = false } = {}): View {
  if (items.length === 0) return html`<p class="empty">Nothing has changed since it was registered.</p>`
  return html`<ol class="history">
    ${items.map(
      (item) =>
        html`<li class=${`event event-${item.type}`}>
          <p class="what">
            ${namesServers ? html`<a class="whose" href=${paths.serverPage(item.serverId)}>${item.serverName}</a>` : null}
            ${EVENT_WORDS[item.type]}${item.cause === null ? null : html`<span class="cause">: ${CAUSE_WORDS[item.cause]}</span>`}
          </p>
          ${detail(item)}${item.type === 'package-changed' ? packageAuthors(item.data, now) : null}
          <p class="when">${momentWithUtc(item.at, now, 'ago')}</p>
        </li>`,
    )}
  </ol>`
}

/** Names and addresses of the event, whatever its kind carries; anything that is no list of text is left to the JSON. */
function detail(item: HistoryItem): View | null {
  if (item.type === 'package-changed') return packagesDetail(item.data)
  const { reason } = item.data
  if (item.type === 'deploy-report' && typeof reason === 'string') return html`<p class="detail">${reason}</p>`
  const said = operatorText(item) ?? changedText(item)
  if (said !== null) return html`<p class="detail">${said}</p>`
  if (item.type === 'exposed' || item.type === 'no-longer-exposed') return portDetail(item.data)
  const cves = textsOf(item.data['cves'])
  if (cves.length > 0) return html`<p class="detail">${cves.join(', ')}</p>`
  const packages = textsOf(item.data['packages'])
  if (packages.length > 0) return html`<p class="detail">${packages.join(', ')}</p>`
  const before = textsOf(item.data['before'])
  const after = textsOf(item.data['after'])
  if (before.length + after.length === 0) return null
  return html`<p class="detail">${before.join(', ')} → ${after.join(', ')}</p>`
}

/** "ruby 3.1.2 → 3.2.2", "nginx: libssl3, tcp 443"; null for every other event. */
function changedText({ type, data }: HistoryItem): string | null {
  if (type === 'component-changed') {
    const [from, to] = [textOf(data['from']) || 'not there', textOf(data['to']) || 'not there']
    return `${textOf(data['name'])} ${from} → ${to}`
  }
  if (type !== 'outdated-service' && type !== 'service-current') return null
  const told = [...textsOf(data['packages']), ...textsOf(data['ports'])]
  return `${textOf(data['unit'])}${told.length === 0 ? '' : `: ${told.join(', ')}`}`
}

/** What an operator said, and what came of it; null for every other event. */
function operatorText({ type, data }: HistoryItem): string | null {
  const [by, reason, until] = [textOf(data['by']), textOf(data['reason']), textOf(data['until'])]
  const end = until === '' ? '' : `, until ${until.slice(0, 16).replace('T', ' ')} UTC`
  switch (type) {
    case 'snoozed':
      return `by ${by}${end}: ${reason}`
    case 'snooze-ended':
      return SNOOZE_END_WORDS[textOf(data['because']) as SnoozeEnd] ?? ''
    case 'port-declared':
      return `${portText(data)} ${textOf(data['verdict'])}, by ${by}${end}: ${reason}`
    case 'port-declaration-ended':
      return `${portText(data)}, as ${by} had said; ${data['because'] === 'expired' ? 'its time was over' : 'by hand'}`
    default:
      return null
  }
}

function portText({ protocol, port, family }: HistoryItem['data']): string {
  return `${textOf(protocol)} ${String(port)}${typeof family === 'number' ? `, IPv${family}` : ''}`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The port, what holds it, and the rule that decided. */
function portDetail({ protocol, port, unit, container, reason, rule }: HistoryItem['data']): View | null {
  if (typeof port !== 'number') return null
  const [holder] = [container, unit].filter((name) => typeof name === 'string')
  const why = typeof reason === 'string' ? `: ${LISTENER_REASON_WORDS[reason] ?? reason}` : ''
  return html`<p class="detail">
    ${String(protocol)} ${port}${holder === undefined ? null : ` (${holder})`}${why}
    ${typeof rule === 'string' ? html`<code>${rule}</code>` : null}
  </p>`
}

/** An event names no more than some of what changed, and counts all of it. */
function packagesDetail(data: HistoryItem['data']): View | null {
  const changed = Object.values(data).flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
  const names = textsOf(changed.map((change) => (change as { name?: unknown } | null)?.name))
  if (names.length === 0) return null
  const counts = Object.values((data['counts'] ?? {}) as Record<string, unknown>)
  const total = counts.reduce((sum: number, count) => sum + (typeof count === 'number' ? count : 0), 0)
  const shown = names.slice(0, PACKAGES_NAMED)
  const more = Math.max(total, names.length) - shown.length
  return html`<p class="detail">${shown.join(', ')}${more === 0 ? null : ` and ${countText(more)} more`}</p>`
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

// A line of history for people.
import type { HistoryItem } from '../views/history-view.ts'
import { actorText } from '../../shared/sections/actor-words.ts'
import { authorsIn } from '../views/change-authors.ts'
import { visible } from './visible.ts'

const TYPE_WIDTH = 24
const NAMES_SHOWN = 3

/** "2026-11-22 12:00:03Z  restart-required  web-03  shop  linux-image-6.8.0-79". */
export function historyLine(item: HistoryItem): string {
  const { at, type, serverName, application, cause, data } = item
  const parts = [
    time(at),
    type.padEnd(TYPE_WIDTH),
    serverName,
    application ?? '-',
    ...(cause === null ? [] : [cause]),
    ...(type === 'package-changed' ? packageDetails(data) : details(data)),
  ]
  return parts.map(visible).join('  ')
}

/** Tab-separated: time, type, server id, name, application, cause, data as JSON. */
export function historyPlain({ at, type, serverId, serverName, application, cause, data }: HistoryItem): string {
  return [at, type, serverId, serverName, application ?? '', cause ?? '', JSON.stringify(data)].map(visible).join('\t')
}

function time(rfc3339: string): string {
  return `${rfc3339.slice(0, 19).replace('T', ' ')}Z`
}

function details(data: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(data).flatMap(([key, value]) => {
    const text = valueText(value)
    return text === null ? [] : [`${key} ${text}`]
  })
}

/** "14 packages, by unattended-upgrades: libssl3:amd64, openssl:amd64 +12". */
function packageDetails(data: Readonly<Record<string, unknown>>): string[] {
  const lists = Object.entries(data).flatMap(([key, list]) => (key !== 'runs' && Array.isArray(list) ? [...list] : []))
  const names = lists.flatMap((change: unknown) => (change as { name?: unknown } | null)?.name ?? [])
  const counts = Object.values((data['counts'] ?? {}) as Record<string, unknown>).map(Number)
  const total = Math.max(
    names.length,
    counts.reduce((sum, count) => sum + (Number.isFinite(count) ? count : 0), 0),
  )
  const shown = names.slice(0, NAMES_SHOWN).map(String)
  const by = [...new Set(authorsIn(data).map(actorText))].join(', ')
  const more = total - shown.length
  const what = `${shown.join(', ')}${more > 0 ? ` +${more}` : ''}`
  return total === 0 ? [] : [what, ...(by === '' ? [] : [`by ${by}`])]
}

/** Null for what is empty or too deep for a line. */
function valueText(value: unknown): string | null {
  if (Array.isArray(value)) {
    const names = value.filter((one) => typeof one === 'string')
    const more = value.length - Math.min(names.length, NAMES_SHOWN)
    return value.length === 0 ? null : `${names.slice(0, NAMES_SHOWN).join(', ')}${more > 0 ? ` +${more}` : ''}`
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

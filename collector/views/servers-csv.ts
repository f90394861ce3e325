// Servers as a table for spreadsheets: the fields of a list, one column each, lists joined by spaces.
import { csvLine } from './csv.ts'
import type { ServerItem } from './server-view.ts'

type Cell = string | number | boolean | null

const COLUMNS: readonly (readonly [string, (item: ServerItem) => Cell])[] = [
  ['id', (item) => item.id],
  ['name', (item) => item.name],
  ['application', (item) => item.application],
  ['environment', (item) => item.environment],
  ['tags', (item) => joined(Object.entries(item.tags).map(([key, value]) => (value === '' ? key : `${key}=${value}`)))],
  ['lifecycle', (item) => item.lifecycle],
  ['state', (item) => item.state],
  ['lastKnownState', (item) => item.lastKnown?.state ?? null],
  ['lastKnownAt', (item) => item.lastKnown?.at ?? null],
  ['reporting', (item) => item.reporting],
  ['exposure', (item) => item.exposure],
  ['promoted', (item) => item.promoted],
  ['reasons', (item) => joined(item.reasons)],
  ['snoozedUntil', (item) => item.snoozed?.until ?? null],
  ['snoozedFor', (item) => item.snoozed?.reason ?? null],
  ['headline', (item) => item.headline],
  ['since', (item) => item.since],
  ['sinceQuality', (item) => item.sinceQuality],
  ['staleAt', (item) => item.staleAt],
  ['packages', (item) => joined(item.packages)],
  ['openPorts', (item) => joined(portsOf(item))],
  ['openServices', (item) => joined(item.outdated?.openServices.map(({ unit }) => unit) ?? null)],
  ['os', (item) => item.os],
  ['kernel', (item) => item.kernel],
  ['agentVersion', (item) => item.agentVersion],
  ['bootId', (item) => item.bootId],
  ['bootedAt', (item) => item.bootedAt],
  ['lastReportAt', (item) => item.lastReportAt],
  ['revision', (item) => item.revision],
]

export const CSV_HEAD = csvLine(COLUMNS.map(([title]) => title))

export function toCsvLine(item: ServerItem): string {
  return csvLine(COLUMNS.map(([, cellOf]) => cellOf(item)))
}

/** "443/tcp", once for both families. */
function portsOf({ openPorts }: ServerItem): string[] | null {
  return openPorts === null ? null : [...new Set(openPorts.map(({ port, protocol }) => `${port}/${protocol}`))]
}

/** Null stays empty: not known. An empty list is empty, too; "promoted" and "state" tell the two apart where it matters. */
function joined(values: readonly string[] | null): string | null {
  return values === null ? null : values.join(' ')
}

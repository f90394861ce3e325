// Columns of a list of servers: which there are, which are shown, and which go first where the terminal is narrow.
import { formatDuration } from '../../shared/judgement/duration.ts'
import { serviceName } from '../../shared/judgement/headline-ports.ts'
import { nearest } from '../../shared/nearest.ts'
import type { ServerItem } from '../views/server-view.ts'
import { UsageError } from './cli-error.ts'
import type { Column } from './table.ts'

type ServerColumn = Omit<Column<ServerItem>, 'cell'> & { cell(server: ServerItem, at: number): string }

const COLUMNS = {
  state: { heading: 'STATE', cell: ({ state }) => state },
  promoted: { heading: 'PROMOTED', dispensable: 2, cell: promotedText },
  snoozed: { heading: 'SNOOZED UNTIL', cell: ({ snoozed }) => snoozed?.until ?? '' },
  server: { heading: 'SERVER', widthMin: 12, keep: 'both-ends', cell: ({ name }) => name },
  app: { heading: 'APP', widthMin: 8, dispensable: 4, cell: ({ application }) => application ?? '' },
  env: { heading: 'ENV', widthMin: 6, dispensable: 7, cell: ({ environment }) => environment ?? '' },
  pending: { heading: 'PENDING', cell: ({ since }, at) => age(since, at) },
  deadline: { heading: 'DEADLINE', dispensable: 5, cell: ({ staleAt }, at) => deadline(staleAt, at) },
  exposure: { heading: 'EXPOSURE', widthMin: 10, dispensable: 3, cell: exposureText },
  why: { heading: 'WHY', widthMin: 12, dispensable: 6, cell: whyText },
  services: { heading: 'OLD SERVICES', widthMin: 12, cell: servicesText },
  report: { heading: 'REPORT', dispensable: 1, cell: reportText },
  id: { heading: 'ID', cell: ({ id }) => id },
  since: { heading: 'SINCE', cell: ({ since }) => since ?? '' },
  os: { heading: 'OS', widthMin: 10, cell: ({ os }) => os ?? '' },
  kernel: { heading: 'KERNEL', widthMin: 10, cell: ({ kernel }) => kernel ?? '' },
  agent: { heading: 'AGENT', cell: ({ agentVersion }) => agentVersion ?? '' },
  tags: { heading: 'TAGS', widthMin: 10, cell: ({ tags }) => tagsText(tags) },
  lifecycle: { heading: 'LIFECYCLE', cell: ({ lifecycle }) => lifecycle },
  headline: { heading: 'HEADLINE', widthMin: 20, cell: ({ headline }) => headline },
} as const satisfies Record<string, ServerColumn>

export type ColumnName = keyof typeof COLUMNS
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[]
const DEFAULT_NAMES: readonly ColumnName[] = [
  'state',
  'promoted',
  'server',
  'app',
  'env',
  'pending',
  'deadline',
  'exposure',
  'why',
  'report',
]

/** `given`: "state,server,why"; null: the usual ones. Columns that were asked for stay at any width. Throws UsageError. */
export function readColumnNames(given: string | null): { names: readonly ColumnName[]; areAsked: boolean } {
  if (given === null) return { names: DEFAULT_NAMES, areAsked: false }
  return { names: given.split(',').map((name) => requireColumn(name.trim())), areAsked: true }
}

/** `at`: the collector's clock, epoch ms. */
export function serverColumns(
  { names, areAsked }: ReturnType<typeof readColumnNames>,
  at: number,
): Column<ServerItem>[] {
  return names.map((name) => {
    const { dispensable, ...column }: ServerColumn = COLUMNS[name]
    return {
      ...column,
      ...(areAsked || dispensable === undefined ? {} : { dispensable }),
      cell: (server) => column.cell(server, at),
    }
  })
}

function requireColumn(name: string): ColumnName {
  const known = COLUMN_NAMES.find((one) => one === name)
  if (known !== undefined) return known
  const guess = nearest(name, COLUMN_NAMES)
  throw new UsageError(
    `--columns: there is no "${name}"${guess === null ? '' : `; did you mean "${guess}"`}. Known: ${COLUMN_NAMES.join(', ')}.`,
  )
}

function age(time: string | null, at: number): string {
  return time === null ? '' : formatDuration(at - Date.parse(time))
}

function deadline(staleAt: string | null, at: number): string {
  if (staleAt === null) return ''
  const leftMs = Date.parse(staleAt) - at
  return leftMs > 0 ? `in ${formatDuration(leftMs)}` : `${formatDuration(-leftMs)} ago`
}

function exposureText({ exposure, openPorts }: ServerItem): string {
  const ports = new Set(((openPorts ?? []) as { port: number }[]).map(({ port }) => port))
  return ports.size === 0 ? exposure : `${exposure} ${[...ports].toSorted((a, b) => a - b).join(',')}`
}

/** The first package and how many more; "?" where they could not be read. Where none asks, the service that runs old code. */
function whyText(server: ServerItem): string {
  const { packages, state } = server
  if (packages === null) return '?'
  const [first, ...others] = packages
  const isExposed = server.outdated?.openServices[0]?.verdict === 'exposed'
  if (state === 'ok') return isExposed ? servicesText(server) : ''
  return first === undefined ? '' : `${first}${others.length === 0 ? '' : ` +${others.length}`}`
}

/** "nginx (tcp 443) +1", "nginx (tcp 443, unknown)": services that strangers may reach, and that run replaced code. */
function servicesText({ outdated }: ServerItem): string {
  const [first] = outdated?.openServices ?? []
  if (first === undefined) return ''
  const more = (outdated?.openServices.length ?? 1) - 1 + (outdated?.openServicesMore ?? 0)
  const ports = first.ports.map(({ protocol, port }) => `${protocol} ${port}`).join(', ')
  const doubt = first.verdict === 'unknown' ? ', unknown' : ''
  return `${serviceName(first.unit)} (${ports}${doubt})${more === 0 ? '' : ` +${more}`}`
}

function reportText({ reporting, lastReportAt }: ServerItem, at: number): string {
  if (lastReportAt === null) return reporting
  return reporting === 'current' ? age(lastReportAt, at) : `${reporting} ${age(lastReportAt, at)}`
}

/** What a person should look at; of a snoozed one that it is. */
function promotedText({ reasons, snoozed }: ServerItem, at: number): string {
  if (snoozed === null) return reasons.join(',')
  return `snoozed ${formatDuration(Date.parse(snoozed.until) - at)}`
}

function tagsText(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

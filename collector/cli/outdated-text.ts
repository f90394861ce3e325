// What runs replaced code on one server, for people: a line for each unit, and what to do about it.
import type { OutdatedProcessView } from '../views/outdated-view.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { table, type Column } from './table.ts'
import { visible } from './visible.ts'

/** The JSON document names them all. */
const ROWS_MAX = 50
const NAMES_SHOWN_MAX = 4

type Row = OutdatedProcessView & { processes: number }

const COLUMNS: readonly Column<Row>[] = [
  { heading: 'UNIT', cell: ({ unit, container }) => container ?? unit ?? '' },
  { heading: 'PROGRAM', cell: ({ command, processes }) => (processes === 1 ? command : `${command} (${processes})`) },
  { heading: 'USER', cell: ({ user }) => user ?? '' },
  { heading: 'RUNS OLD', cell: ({ packages, files, isLocal }) => named(isLocal ? files : packages) },
  {
    heading: 'PORTS',
    cell: ({ ports }) => named([...new Set((ports ?? []).map(({ protocol, port }) => `${protocol} ${port}`))]),
  },
  { heading: 'REMEDY', cell: ({ remedy }) => remedy },
]

/** Lines with their heading; none where nobody looks at processes, or nothing was found. */
export function outdatedText({ outdatedProcesses }: Pick<ServerDocument, 'outdatedProcesses'>): string[] {
  if (outdatedProcesses === null || outdatedProcesses.length === 0) return []
  const rows = byKind(outdatedProcesses)
  const lines = table(COLUMNS, rows.slice(0, ROWS_MAX), { width: null }).split('\n')
  const more = rows.length - ROWS_MAX
  return [
    '',
    'Still running replaced code',
    ...lines.map((line) => `    ${line}`),
    ...(more > 0 ? [`    ${more.toLocaleString('en')} more with --json`] : []),
  ].map(visible)
}

/** One row for processes that differ in nothing but their number. */
function byKind(processes: readonly OutdatedProcessView[]): Row[] {
  const rows = new Map<string, Row>()
  for (const process of processes) {
    const { pid: _, ...kind } = process
    const key = JSON.stringify(kind)
    const known = rows.get(key)
    if (known === undefined) rows.set(key, { ...process, processes: 1 })
    else known.processes += 1
  }
  return [...rows.values()]
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ')
  return names.length > NAMES_SHOWN_MAX ? `${shown} and ${names.length - NAMES_SHOWN_MAX} more` : shown
}

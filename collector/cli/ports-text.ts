// The listening ports of one server for people: the worst first, with the bind, the verdict and what it rests on.
import type { Exposure } from '../../shared/judgement/verdict.ts'
import type { ListenerView } from '../views/listeners-view.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { table, type Column } from './table.ts'
import { visible } from './visible.ts'

/** A resolver or a proxy may listen on thousands; the JSON document names them all. */
const ROWS_MAX = 100
const RANKS: Readonly<Record<Exposure, number>> = { exposed: 0, unknown: 1, filtered: 2 }

const COLUMNS: readonly Column<ListenerView>[] = [
  { heading: 'PORT', cell: ({ protocol, port }) => `${protocol} ${port}` },
  { heading: 'ADDRESS', cell: ({ address }) => address },
  { heading: 'EXPOSURE', cell: ({ verdict }) => verdict },
  { heading: 'REASON', cell: ({ reason }) => reason },
  { heading: 'UNIT', cell: ({ unit, container }) => container ?? unit ?? '' },
  { heading: 'RULE', cell: ({ rule }) => rule ?? '' },
]

/** Lines with their heading. What could not be read is said, and is not an empty list. */
export function portsText({ listeners, sections }: Pick<ServerDocument, 'listeners' | 'sections'>): string[] {
  const problem = problemText(sections.listeners)
  if (listeners === null) return ['Ports', `    ${problem ?? 'not told yet'}`]
  const heading = problem === null ? 'Ports' : `Ports, as seen before: ${problem}`
  if (listeners.length === 0) return [heading, '    none is listening']
  const rows = listeners.toSorted((a, b) => RANKS[a.verdict] - RANKS[b.verdict])
  const lines = table(COLUMNS, rows.slice(0, ROWS_MAX), { width: null }).split('\n')
  const more = rows.length - ROWS_MAX
  return [heading, ...lines, ...(more > 0 ? [`${more.toLocaleString('en')} more with --json`] : [])].map((line, at) =>
    at === 0 ? line : `    ${line}`,
  )
}

/** Null: the ports could be read. */
function problemText(look: ServerDocument['sections']['listeners']): string | null {
  if (look === undefined || look.outcome === 'observed') return null
  return visible(
    `${look.outcome === 'failed' ? 'could not be read' : 'cannot be read here'}: ${look.reason ?? 'no reason given'}`,
  )
}

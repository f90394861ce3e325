// What a restart would make effective on one server, for people: the server itself, then a line for each unit.
import { effectsOf, type Effect } from '../../shared/judgement/restart-effect.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { table, type Column } from './table.ts'
import { visible } from './visible.ts'

/** The JSON document names them all. */
const ROWS_MAX = 50
const NAMES_SHOWN_MAX = 4

const COLUMNS: readonly Column<Effect>[] = [
  { heading: 'WHAT', cell: ({ name }) => name },
  { heading: 'PROGRAM', cell: programText },
  { heading: 'RUNS OLD', cell: ({ old }) => (old === null ? 'could not be read' : named(old)) },
  { heading: 'FIXES', cell: ({ fixes }) => fixes ?? '' },
  { heading: 'PORTS', cell: portsText },
  { heading: 'WHAT IS ENOUGH', cell: ({ remedy }) => remedy },
  { heading: 'COMMAND', cell: ({ command }) => command ?? '' },
]

/** Lines with their heading; none where nothing waits. */
export function effectText(
  server: Pick<ServerDocument, 'state' | 'packages' | 'outdatedProcesses' | 'fixes'>,
): string[] {
  const effects = effectsOf({ ...server, old: server.outdatedProcesses ?? [], fixes: waitingFixes(server) })
  if (effects.length === 0) return []
  const lines = table(COLUMNS, effects.slice(0, ROWS_MAX), { width: null }).split('\n')
  const more = effects.length - ROWS_MAX
  return [
    '',
    'What a restart makes effective',
    ...lines.map((line) => `    ${line}`),
    ...(more > 0 ? [`    ${more.toLocaleString('en')} more with --json`] : []),
    ...(server.outdatedProcesses === null ? ['    Which processes run replaced code is not known.'] : []),
  ].map(visible)
}

function waitingFixes({ fixes }: Pick<ServerDocument, 'fixes'>): ServerDocument['fixes'] {
  return fixes?.filter(({ awaitsRestart }) => awaitsRestart) ?? null
}

function programText({ programs, processes }: Effect): string {
  return processes > 1 ? `${named(programs)} (${processes.toLocaleString('en')})` : named(programs)
}

function portsText({ ports }: Effect): string {
  return named(ports.map(({ protocol, port, verdict }) => `${protocol} ${port}${verdict === 'exposed' ? ' open' : ''}`))
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ')
  return names.length > NAMES_SHOWN_MAX ? `${shown} and ${names.length - NAMES_SHOWN_MAX} more` : shown
}

// Columns of the list of servers: which there are, which are shown, and the `cols=` of an address that says so. Names are
// those of `overdue list --columns`. Pure.
import { nearest } from '../../shared/nearest.ts'

/** In the order they are shown in, whatever order they were asked for in. */
export const COLUMNS = [
  ['state', 'State'],
  ['server', 'Server'],
  ['app', 'App'],
  ['env', 'Env'],
  ['why', 'Why'],
  ['pending', 'Pending for'],
  ['deadline', 'Deadline'],
  ['exposure', 'Exposure'],
  ['report', 'Last report'],
  ['kernel', 'Running kernel'],
  ['installed', 'Installed kernel'],
  ['uptime', 'Uptime'],
  ['address', 'Address'],
  ['tags', 'Tags'],
  ['agent', 'Agent'],
  ['snoozed', 'Snooze ends'],
  ['os', 'OS'],
] as const

export type ColumnName = (typeof COLUMNS)[number][0]
export type Column = (typeof COLUMNS)[number]

/** A row that does not say who it is, or how it stands, is none. */
const ALWAYS: readonly ColumnName[] = ['state', 'server']
const HIDDEN: readonly ColumnName[] = ['kernel', 'installed', 'uptime', 'address', 'tags', 'agent', 'snoozed']

export type Columns = {
  shown: readonly Column[]
  areUsual: boolean
  /** What cannot be shown, in a sentence; null: everything that was asked for is. */
  problem: string | null
}

export const USUAL_COLUMNS: Columns = {
  shown: COLUMNS.filter(([name]) => !HIDDEN.includes(name)),
  areUsual: true,
  problem: null,
}

/** Those that a reader can leave out or add. */
export const CHOOSABLE: readonly Column[] = COLUMNS.filter(([name]) => !ALWAYS.includes(name))

/** `given`: `?cols=` as it was sent: "kernel,tags", or once for each column, as forms do. Missing or empty: the usual ones. */
export function readColumns(given: unknown): Columns {
  const names = [given].flat().flatMap(namesIn)
  const wrong = names.find((name) => !isColumn(name))
  const problem = wrong === undefined ? null : problemOf(wrong)
  const known = names.filter(isColumn)
  if (known.length === 0) return { ...USUAL_COLUMNS, problem }
  const shown = COLUMNS.filter(([name]) => ALWAYS.includes(name) || known.includes(name))
  const areUsual = textOf(shown) === textOf(USUAL_COLUMNS.shown)
  return { shown, areUsual, problem }
}

/** For an address that shows the same columns; empty for the usual ones. */
export function columnsParameter({ shown, areUsual }: Columns): { cols?: string } {
  return areUsual ? {} : { cols: textOf(shown) }
}

/** Sent by a form along with what is ticked: with nothing ticked, nothing else would say that a choice was made. */
export const EVEN_IF_NONE = 'server'

function textOf(shown: readonly Column[]): string {
  const names = shown.map(([name]) => name).filter((name) => !ALWAYS.includes(name))
  return names.length === 0 ? EVEN_IF_NONE : names.join(',')
}

function namesIn(given: unknown): string[] {
  if (typeof given !== 'string') return []
  return given.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

function isColumn(name: string): name is ColumnName {
  return COLUMNS.some(([known]) => known === name)
}

const SHOWN_LENGTH_MAX = 40

function problemOf(name: string): string {
  const known = COLUMNS.map(([one]) => one)
  const guess = nearest(name, known)
  const fix = guess === null ? `known are ${known.join(', ')}` : `did you mean ${guess}`
  const shown = name.length > SHOWN_LENGTH_MAX ? `${name.slice(0, SHOWN_LENGTH_MAX)}…` : name
  return `cols: "${shown}" is no column; ${fix}.`
}

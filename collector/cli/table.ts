// Rows in columns that fit the terminal: first long cells are shortened, then the least important columns go.
import { padEnd, shorten, widthOf } from './cell-width.ts'
import { visible } from './visible.ts'

export type Column<T> = {
  heading: string
  cell(row: T): string
  /** May be shortened to this many columns; absent: never shortened. */
  widthMin?: number
  keep?: 'both-ends' | 'start'
  /** Goes when there is no room, the highest first; absent: always stays. */
  dispensable?: number
  isRight?: boolean
}

export type TableOptions = {
  /** Columns of the terminal; null: as wide as it gets. */
  width: number | null
  /** How the heading is shown. */
  heading?: (text: string) => string
}

const GAP = 2

/** Lines without a break at the end. Empty cells show as "-". */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], options: TableOptions): string {
  let shown = columns.map((column) => measured(column, rows))
  while (options.width !== null && !fits(shown, options.width)) {
    const rest = withoutLeast(shown)
    if (rest === null) break
    shown = rest
  }
  const fitted = options.width === null ? shown : shrunk(shown, options.width)
  const heading = line(fitted, (column) => column.heading)
  const body = rows.map((_, at) => line(fitted, (column) => column.cells[at] ?? ''))
  return [(options.heading ?? String)(heading), ...body].join('\n')
}

/** Tab-separated lines without heading, nothing shortened: for scripts. */
export function plainLines<T>(columns: readonly Column<T>[], rows: readonly T[]): string[] {
  return rows.map((row) => columns.map((column) => visible(column.cell(row))).join('\t'))
}

type Measured = {
  heading: string
  cells: string[]
  width: number
  widthMin: number
  keep: 'both-ends' | 'start'
  dispensable: number | null
  isRight: boolean
}

function measured<T>(column: Column<T>, rows: readonly T[]): Measured {
  const { heading, widthMin, keep = 'start', dispensable = null, isRight = false } = column
  const cells = rows.map((row) => visible(column.cell(row)) || '-')
  const width = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), widthOf(heading))
  const least = widthMin === undefined ? width : Math.min(width, Math.max(widthMin, widthOf(heading)))
  return { heading, cells, width, widthMin: least, keep, dispensable, isRight }
}

function fits(columns: readonly Measured[], width: number): boolean {
  return columns.reduce((sum, column) => sum + column.widthMin + GAP, -GAP) <= width
}

/** Null when all that is left has to stay. */
function withoutLeast(columns: readonly Measured[]): Measured[] | null {
  const least = Math.max(...columns.map(({ dispensable }) => dispensable ?? 0))
  if (least === 0) return null
  return columns.filter(({ dispensable }) => dispensable !== least)
}

/** Takes what is too much from the widest column that can give, one column at a time. */
function shrunk(columns: readonly Measured[], width: number): Measured[] {
  const result = columns.map((column) => ({ ...column }))
  let excess = result.reduce((sum, column) => sum + column.width + GAP, -GAP) - width
  while (excess > 0) {
    const giving = result.filter((column) => column.width > column.widthMin)
    const widest = giving.toSorted((a, b) => b.width - a.width)[0]
    if (widest === undefined) break
    widest.width -= 1
    excess -= 1
  }
  return result
}

function line(columns: readonly Measured[], textOf: (column: Measured) => string): string {
  const cells = columns.map((column) => {
    const text = shorten(textOf(column), column.width, column.keep)
    return column.isRight ? ' '.repeat(Math.max(0, column.width - widthOf(text))) + text : padEnd(text, column.width)
  })
  return cells.join(' '.repeat(GAP)).trimEnd()
}

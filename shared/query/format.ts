// A query back to text that parses to the same query: for links, for the search field, for the command line.
import { AGE_UNITS_MS } from './keys.ts'
import type { AgeTest, Pattern, Query, QueryTerm } from './query.ts'

export function formatQuery(query: Query): string {
  return query.map(formatTerm).join(' ')
}

function formatTerm(term: QueryTerm): string {
  const sign = term.negated ? '-' : ''
  return term.key === 'text'
    ? `${sign}${term.alternatives.map(formatPattern).join(',')}`
    : `${sign}${term.key}:${valuesOf(term).join(',')}`
}

function valuesOf(term: QueryTerm): string[] {
  switch (term.key) {
    case 'port':
      return term.alternatives.map(String)
    case 'older':
    case 'silent':
      return term.alternatives.map(formatAge)
    default:
      return term.alternatives.map(formatPattern)
  }
}

/** Quotes only where the text would read otherwise. */
export function formatPattern(pattern: Pattern): string {
  return pattern.map((piece) => (/["\s,:*\\]|^-/.test(piece) ? quoted(piece) : piece)).join('*')
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

function formatAge({ operator, ms }: AgeTest): string {
  const [unit, unitMs] = Object.entries(AGE_UNITS_MS).find(([, size]) => ms % size === 0 && ms > 0) ?? ['s', 1_000]
  return `${operator === '>' ? '' : operator}${ms / unitMs}${unit}`
}

// What the selected servers have in common, counted: each value beside its key is a term of the query language.
import type { QueryRow } from '../../shared/query/row.ts'
import { osText } from './os-text.ts'

export const FACET_KEYS = ['state', 'reporting', 'exposure', 'reason', 'app', 'env', 'os', 'tag'] as const
export type FacetKey = (typeof FACET_KEYS)[number]

export type FacetValue = { value: string; count: number }
/** `more`: how many further values there are. */
export type Facet = { values: FacetValue[]; more: number }
export type Facets = Record<FacetKey, Facet>

/** Nobody chooses from more; what is not listed can still be asked for. */
export const FACET_VALUES_MAX = 50

type Tally = Map<string, number>

export function toFacets(rows: Iterable<QueryRow>): Facets {
  const tallies = Object.fromEntries(FACET_KEYS.map((key) => [key, new Map()])) as Record<FacetKey, Tally>
  for (const row of rows) addRow(tallies, row)
  return Object.fromEntries(FACET_KEYS.map((key) => [key, toFacet(tallies[key])])) as Facets
}

/** A value that is not known is counted nowhere. */
function addRow(tallies: Record<FacetKey, Tally>, row: QueryRow): void {
  add(tallies.state, row.state)
  add(tallies.reporting, row.reporting)
  add(tallies.exposure, row.exposure)
  for (const reason of row.reasons) add(tallies.reason, reason)
  add(tallies.app, row.application)
  add(tallies.env, row.environment)
  add(tallies.os, osText(row.os))
  for (const key in row.tags) add(tallies.tag, key)
}

function add(tally: Tally, value: string | null): void {
  if (value !== null) tally.set(value, (tally.get(value) ?? 0) + 1)
}

/** The most frequent first; among equals by code unit. */
function toFacet(tally: Tally): Facet {
  const values = Array.from(tally, ([value, count]) => ({ value, count }))
  values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { values: values.slice(0, FACET_VALUES_MAX), more: Math.max(0, values.length - FACET_VALUES_MAX) }
}

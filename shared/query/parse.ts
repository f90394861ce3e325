// The one parser of the query language. Text that means nothing is refused with the term, its place and the fix: a filter
// that is silently ignored answers a question nobody asked.
import { nearest } from '../nearest.ts'
import { QUERY_ALTERNATIVES_MAX, QUERY_LENGTH_MAX, QUERY_TERMS_MAX } from '../protocol/limits.ts'
import { AGE_UNITS_MS, isQueryKey, isWordKey, KEY_NAMES, QUERY_KEYS, WORDS } from './keys.ts'
import { wholeTextTest } from './pattern.ts'
import type {
  AgeOperator,
  AgeTest,
  ParsedQuery,
  Pattern,
  Query,
  QueryKey,
  QueryProblem,
  QueryTerm,
  WordKey,
} from './query.ts'
import { shownTerm, tokenize, type RawTerm } from './tokenize.ts'

export function parseQuery(text: string): ParsedQuery {
  if (text.length > QUERY_LENGTH_MAX) {
    return refuse('', QUERY_LENGTH_MAX + 1, `it is longer than ${QUERY_LENGTH_MAX} characters: ask for less at once`)
  }
  const tokens = tokenize(text)
  if (!tokens.ok) return tokens
  const excess = firstBeyondLimits(tokens.terms)
  if (excess !== null) return { ok: false, problem: excess }
  const query: QueryTerm[] = []
  for (const raw of tokens.terms) {
    const term = readTerm(raw)
    if ('detail' in term) return { ok: false, problem: term }
    query.push(term)
  }
  return { ok: true, query: query satisfies Query }
}

/** The problem as one sentence, as pages and answers show it. */
export function problemText({ term, position, detail }: QueryProblem): string {
  return term === '' ? `At character ${position}: ${detail}.` : `"${term}" at character ${position}: ${detail}.`
}

function refuse(term: string, position: number, detail: string): ParsedQuery {
  return { ok: false, problem: { term, position, detail, suggestion: null } }
}

function firstBeyondLimits(terms: readonly RawTerm[]): QueryProblem | null {
  const last = terms[QUERY_TERMS_MAX]
  if (last !== undefined) return problemOf(last, `there are more than ${QUERY_TERMS_MAX} terms: ask for less at once`)
  let alternatives = 0
  for (const term of terms) {
    alternatives += term.values.length
    if (alternatives > QUERY_ALTERNATIVES_MAX) {
      return problemOf(term, `there are more than ${QUERY_ALTERNATIVES_MAX} values: ask for less at once`)
    }
  }
  return null
}

function readTerm(raw: RawTerm): QueryTerm | QueryProblem {
  const { negated } = raw
  if (raw.key === null) return { key: 'text', negated, alternatives: raw.values }
  const key = raw.key.toLowerCase()
  if (!isQueryKey(key)) return unknownKey(raw, key)
  if (isWordKey(key)) return readWords(raw, key)
  if (key === 'port') return readValues(raw, key, portOf)
  if (key === 'older' || key === 'silent') return readValues(raw, key, ageOf)
  return { key, negated, alternatives: raw.values }
}

function readWords(raw: RawTerm, key: WordKey): QueryTerm | QueryProblem {
  const wrong = raw.values.find((pattern) => !WORDS[key].some(wholeTextTest(pattern)))
  if (wrong === undefined) return { key, negated: raw.negated, alternatives: raw.values }
  const written = wrong.join('*')
  const suggestion = nearest(written, WORDS[key])
  const fix = suggestion === null ? `known are ${WORDS[key].join(', ')}` : `did you mean ${suggestion}`
  return problemOf(raw, `${key} has no value "${shownTerm(written)}"; ${fix}`, suggestion)
}

/** `read` gives null for what it cannot read. */
function readValues<K extends QueryKey, V>(
  raw: RawTerm,
  key: K,
  read: (pattern: Pattern) => V | null,
): { key: K; negated: boolean; alternatives: V[] } | QueryProblem {
  const alternatives: V[] = []
  for (const pattern of raw.values) {
    const value = read(pattern)
    if (value === null)
      return problemOf(raw, `${FAULTS[QUERY_KEYS[key].takes]}, for example ${QUERY_KEYS[key].example}`)
    alternatives.push(value)
  }
  return { key, negated: raw.negated, alternatives }
}

const FAULTS = {
  port: 'a port is a number from 1 to 65535',
  age: 'a duration is a whole number with s, m, h or d, with <, <=, > or >= before it if you like',
  word: '',
  text: '',
} as const

function portOf(pattern: Pattern): number | null {
  const port = pattern.length === 1 && /^\d{1,5}$/.test(pattern[0] ?? '') ? Number(pattern[0]) : 0
  return port >= 1 && port <= 65_535 ? port : null
}

/** Without an operator it means "longer than": nobody asks for fourteen days to the millisecond. */
function ageOf(pattern: Pattern): AgeTest | null {
  const match = pattern.length === 1 ? /^([<>]=?)?(\d{1,6})([smhd])$/i.exec(pattern[0] ?? '') : null
  const unitMs = AGE_UNITS_MS[match?.[3]?.toLowerCase() ?? '']
  return unitMs === undefined ? null : { operator: (match?.[1] ?? '>') as AgeOperator, ms: Number(match?.[2]) * unitMs }
}

function unknownKey(raw: RawTerm, key: string): QueryProblem {
  const suggestion = nearest(key, KEY_NAMES)
  const fix =
    suggestion === null
      ? `known are ${KEY_NAMES.join(', ')}; to look for the text itself, put it in quotes`
      : `did you mean ${suggestion}`
  return problemOf(raw, `"${shownTerm(key)}" is no key; ${fix}`, suggestion)
}

function problemOf(raw: RawTerm, detail: string, suggestion: string | null = null): QueryProblem {
  return { term: shownTerm(raw.text), position: raw.position, detail, suggestion }
}

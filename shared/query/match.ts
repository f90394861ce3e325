// A query as one function over rows. What can be worked out beforehand is: a fleet of 100,000 is asked row by row, and
// nothing is allocated for a row.
import { WORDS } from './keys.ts'
import { partOfTextTest, wholeTextTest, type TextTest } from './pattern.ts'
import type { AgeTest, Pattern, PatternTerm, Query, QueryTerm, WordTerm } from './query.ts'
import type { QueryRow } from './row.ts'

/** `now` in epoch ms. */
export type RowTest = (row: QueryRow, now: number) => boolean

/** What is not known fits no value: `app:shop` leaves a server without application out, `-app:shop` keeps it. */
export function rowTest(query: Query): RowTest {
  // All of them must hold: the cheap ones first, so that the dear ones have less to look at.
  const tests = query.toSorted((a, b) => costOf(a) - costOf(b)).map(termTest)
  return (row, now) => {
    for (const test of tests) if (!test(row, now)) return false
    return true
  }
}

/** By what a term looks at: a word of the row, a text that neighbours share, a list, a moment kept elsewhere. */
function costOf({ key }: QueryTerm): number {
  const cost = COSTS.indexOf(key)
  return cost === -1 ? 0 : cost
}

const COSTS: readonly QueryTerm['key'][] = [
  'state',
  'app',
  'env',
  'os',
  'kernel',
  'older',
  'name',
  'text',
  'port',
  'pkg',
  'unit',
  'tag',
  'silent',
]

function termTest(term: QueryTerm): RowTest {
  const test = positiveTest(term)
  return term.negated ? (row, now) => !test(row, now) : test
}

function positiveTest(term: QueryTerm): RowTest {
  switch (term.key) {
    case 'state':
    case 'reporting':
    case 'exposure':
    case 'lifecycle':
    case 'snoozed':
    case 'reason':
      return wordTest(term)
    case 'port': {
      const ports = new Set(term.alternatives)
      return ({ openPorts }) => openPorts?.some(({ port }) => ports.has(port)) ?? false
    }
    case 'older':
      return ageTest(term.alternatives, ({ since }) => since, false)
    case 'silent':
      return ageTest(term.alternatives, ({ lastContactAt }) => lastContactAt, true)
    default:
      return anyOf(term.alternatives.map((pattern) => patternTest(term.key, pattern)))
  }
}

function anyOf(tests: readonly RowTest[]): RowTest {
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return (row, now) => {
    for (const test of tests) if (test(row, now)) return true
    return false
  }
}

function wordTest({ key, alternatives }: WordTerm): RowTest {
  const tests = alternatives.map(wholeTextTest)
  const words = new Set<string>(WORDS[key].filter((word) => tests.some((test) => test(word))))
  if (key !== 'reason') return (row) => words.has(row[key])
  return ({ reasons }) => {
    for (const reason of reasons) if (words.has(reason)) return true
    return false
  }
}

function patternTest(key: PatternTerm['key'], pattern: Pattern): RowTest {
  const fits = wholeTextTest(pattern)
  switch (key) {
    case 'text': {
      const isPart = partOfTextTest(pattern)
      return ({ name }) => isPart(name)
    }
    case 'name':
      return ({ name }) => fits(name)
    case 'app':
      return sharedTextTest(({ application }) => application, fits)
    case 'env':
      return sharedTextTest(({ environment }) => environment, fits)
    case 'kernel':
      return sharedTextTest(({ kernel }) => kernel, fits)
    case 'pkg':
      return ({ packages }) => someText(packages, fits)
    case 'unit':
      return (row) => hasUnit(row, fits)
    case 'os':
      return systemTest(fits)
    default:
      return sharedTagsTest(tagTest(pattern))
  }
}

function someText(texts: readonly string[] | null, fits: TextTest): boolean {
  if (texts !== null) for (const text of texts) if (fits(text)) return true
  return false
}

function hasUnit({ openPorts, outdatedUnits }: QueryRow, fits: TextTest): boolean {
  if (openPorts !== null) for (const { unit } of openPorts) if (isUnit(unit ?? null, fits)) return true
  if (outdatedUnits !== null) for (const unit of outdatedUnits) if (isUnit(unit, fits)) return true
  return false
}

/** People leave ".service" off, as systemctl lets them. */
function isUnit(unit: string | null, fits: TextTest): boolean {
  if (unit === null) return false
  return fits(unit) || (unit.endsWith('.service') && fits(unit.slice(0, -'.service'.length)))
}

/** Neighbours in a fleet mostly have the same text: it is looked at once, then remembered. */
function sharedTextTest(textOf: (row: QueryRow) => string | null, fits: TextTest): RowTest {
  let last: string | null = null
  let answer = false
  return (row) => {
    const text = textOf(row)
    if (text === null) return false
    if (text !== last) {
      last = text
      answer = fits(text)
    }
    return answer
  }
}

function systemTest(fits: TextTest): RowTest {
  let last: QueryRow['os'] = null
  let answer = false
  return ({ os }) => {
    if (os === null) return false
    const isSame =
      last === os || (last?.prettyName === os.prettyName && last.id === os.id && last.versionId === os.versionId)
    if (!isSame) {
      last = os
      answer = isSystem(os, fits)
    }
    return answer
  }
}

/** "Ubuntu 24.04.3 LTS", "ubuntu", and what people say: "Ubuntu 24.04". */
function isSystem({ id, versionId, prettyName }: NonNullable<QueryRow['os']>, fits: TextTest): boolean {
  if (prettyName !== null && fits(prettyName)) return true
  if (id === null) return false
  return fits(id) || (versionId !== null && fits(`${id} ${versionId}`))
}

/** As `sharedTextTest`, for the tags of a row. */
function sharedTagsTest(test: TagsTest): RowTest {
  let last: QueryRow['tags'] | null = null
  let answer = false
  return ({ tags }) => {
    if (tags !== last) {
      last = tags
      answer = test(tags)
    }
    return answer
  }
}

type TagsTest = (tags: QueryRow['tags']) => boolean

/** `tag:KEY` and `tag:KEY=VALUE`. */
function tagTest(pattern: Pattern): TagsTest {
  const split = pattern.findIndex((piece) => piece.includes('='))
  if (split === -1) {
    const fits = wholeTextTest(pattern)
    return (tags) => {
      for (const key in tags) if (fits(key)) return true
      return false
    }
  }
  const piece = pattern[split] ?? ''
  const cut = piece.indexOf('=')
  const fitsKey = wholeTextTest([...pattern.slice(0, split), piece.slice(0, cut)])
  const fitsValue = wholeTextTest([piece.slice(cut + 1), ...pattern.slice(split + 1)])
  return (tags) => {
    for (const key in tags) if (fitsKey(key) && fitsValue(tags[key] ?? '')) return true
    return false
  }
}

/** `neverIsLong`: a moment that never was lies longer back than anything. */
function ageTest(tests: readonly AgeTest[], momentOf: (row: QueryRow) => number | null, neverIsLong: boolean): RowTest {
  return (row, now) => {
    const moment = momentOf(row)
    if (moment === null && !neverIsLong) return false
    const age = moment === null ? Infinity : now - moment
    for (const test of tests) if (holds(test, age)) return true
    return false
  }
}

function holds({ operator, ms }: AgeTest, age: number): boolean {
  switch (operator) {
    case '>':
      return age > ms
    case '>=':
      return age >= ms
    case '<':
      return age < ms
    default:
      return age <= ms
  }
}

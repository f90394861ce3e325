import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatQuery } from '../../../shared/query/format.ts'
import { AGE_UNITS_MS, KEY_NAMES, QUERY_KEYS, WORDS } from '../../../shared/query/keys.ts'
import { parseQuery, problemText } from '../../../shared/query/parse.ts'
import type { Query, QueryProblem, QueryTerm, WordKey } from '../../../shared/query/query.ts'

function parsed(text: string): Query {
  const found = parseQuery(text)
  if (!found.ok) throw new Error(problemText(found.problem))
  return found.query
}

function refused(text: string): QueryProblem {
  const found = parseQuery(text)
  if (found.ok) throw new Error(`${text} was understood`)
  return found.problem
}

describe('what a text means', () => {
  const term = (key: string, ...alternatives: unknown[]) => ({ key, negated: false, alternatives })

  it.each([
    ['', []],
    ['  \t ', []],
    ['web', [term('text', ['web'])]],
    ['web db', [term('text', ['web']), term('text', ['db'])]],
    ['web,db', [term('text', ['web'], ['db'])]],
    ['-tag:canary', [{ key: 'tag', negated: true, alternatives: [['canary']] }]],
    ['APP:shop', [term('app', ['shop'])]],
    ['pkg:linux-image*', [term('pkg', ['linux-image', ''])]],
    ['pkg:libc6:amd64', [term('pkg', ['libc6:amd64'])]],
    ['os:"Ubuntu 24.04"', [term('os', ['Ubuntu 24.04'])]],
    ['os:"a*b",c*', [term('os', ['a*b'], ['c', ''])]],
    [String.raw`name:"say \"hi\" \\ \n"`, [term('name', [String.raw`say "hi" \ \n`])]],
    ['"state:ok"', [term('text', ['state:ok'])]],
    ['we"b 0"3', [term('text', ['web 03'])]],
    ['web-03', [term('text', ['web-03'])]],
    ['port:443,80', [term('port', 443, 80)]],
    ['older:14d', [term('older', { operator: '>', ms: 14 * 86_400_000 })]],
    ['silent:>=90m', [term('silent', { operator: '>=', ms: 90 * 60_000 })]],
    ['silent:<1H', [term('silent', { operator: '<', ms: 3_600_000 })]],
    ['state:RESTART*', [term('state', ['RESTART', ''])]],
  ])('%j', (text, query) => {
    expect(parsed(text)).toEqual(query)
  })

  it('understands the whole line of the documentation', () => {
    const text =
      'state:restart-required exposure:exposed reason:stale app:shop env:prod -tag:canary pkg:linux-image* port:443 ' +
      'unit:nginx older:14d silent:>1h os:"Ubuntu 24.04" text'

    expect(parsed(text)).toHaveLength(13)
    expect(formatQuery(parsed(text))).toBe(text.replace('silent:>1h', 'silent:1h'))
  })

  it.each(KEY_NAMES)('%s has an example that is understood', (key) => {
    expect(parsed(QUERY_KEYS[key].example)).toMatchObject([{ key }])
  })
})

describe('a term that means nothing', () => {
  it.each([
    ['stat:ok', 1, '"stat" is no key; did you mean state', 'state'],
    ['web  sate:ok', 6, 'did you mean state', 'state'],
    ['colour:red', 1, 'known are state, reporting', null],
    ['state:overdue', 1, 'known are ok, deferrable, restart-required, unknown', null],
    ['state:ok,restart-requird', 1, 'did you mean restart-required', 'restart-required'],
    ['state:x*', 1, 'state has no value "x*"', null],
    ['app:', 1, '-app:* for servers that have none', null],
    ['app:a,,b', 1, 'a value is missing', null],
    ['app:""', 1, 'a value is missing', null],
    ['a,', 1, 'a word is missing', null],
    ['-', 1, 'a word is missing behind the minus', null],
    [':ok', 1, 'a key is missing before the colon', null],
    ['os:"Ubuntu', 1, 'the quotes are not closed', null],
    ['port:0', 1, 'from 1 to 65535', null],
    ['port:65536', 1, 'from 1 to 65535', null],
    ['port:44*', 1, 'for example port:443', null],
    ['older:14', 1, 'for example older:14d', null],
    ['older:1.5d', 1, 'whole number', null],
    ['silent:>', 1, 'for example silent:>1h', null],
  ])('%j is refused at character %i', (text, position, detail, suggestion) => {
    const problem = refused(text)

    expect(problem).toMatchObject({ position, suggestion })
    expect(problem.detail).toContain(detail)
    expect(problemText(problem)).toContain(`"${text.slice(position - 1).trim()}" at character ${position}`)
  })

  it('is shown short', () => {
    expect(refused(`x:${'y'.repeat(500)}`).term).toHaveLength(80)
  })
})

describe('the limits', () => {
  it('are 1,024 characters, 32 terms and 64 values', () => {
    expect(parsed('x'.repeat(1_024))).toHaveLength(1)
    expect(refused('x'.repeat(1_025)).detail).toContain('1024 characters')
    expect(parsed('x '.repeat(32))).toHaveLength(32)
    expect(refused('x '.repeat(33))).toMatchObject({ position: 65, detail: expect.stringContaining('32 terms') })
    expect(parsed(Array(64).fill('x').join(','))).toHaveLength(1)
    expect(refused(`a ${Array(64).fill('x').join(',')}`)).toMatchObject({ position: 3 })
  })
})

const piece = fc.string({ unit: 'grapheme', maxLength: 8 })
const pattern = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .filter((pieces) => pieces.length > 1 || pieces[0] !== '')
const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 2 })
const age = fc.record({
  operator: fc.constantFrom('>', '>=', '<', '<=') satisfies fc.Arbitrary<string>,
  ms: fc
    .tuple(fc.integer({ min: 0, max: 999_999 }), fc.constantFrom(...Object.values(AGE_UNITS_MS)))
    .map(([count, unitMs]) => count * unitMs),
})
const termOf = <K extends string, V>(keys: readonly K[], alternatives: fc.Arbitrary<V>) =>
  fc.record({ key: fc.constantFrom(...keys), negated: fc.boolean(), alternatives: some(alternatives) })
const term = fc.oneof(
  termOf(['text', 'name', 'app', 'env', 'tag', 'pkg', 'unit', 'os', 'kernel'], pattern),
  termOf(['port'], fc.integer({ min: 1, max: 65_535 })),
  termOf(['older', 'silent'], age),
  ...Object.keys(WORDS).map((key) =>
    termOf(
      [key],
      fc.constantFrom(...WORDS[key as WordKey]).map((word) => [word]),
    ),
  ),
) as fc.Arbitrary<QueryTerm>

describe('text and query', () => {
  it('are one: every query written out reads as itself', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 6 }), (query) => {
        expect(parsed(formatQuery(query))).toEqual(query)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are told apart without an exception, whatever the text is', () => {
    const word = fc.constantFrom(
      'state:',
      'app:',
      '-',
      '"',
      ',',
      '*',
      ' ',
      '\\',
      'older:',
      '14d',
      'web',
      ':',
      'ok',
      'ß',
    )
    const anything = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 30 }).map((words) => words.join('')),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const found = parseQuery(text)
        const again = found.ok ? parseQuery(formatQuery(found.query)) : found
        expect(again).toEqual(found)
        expect(found.ok || found.problem.position <= text.length + 1).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

// The term under the caret, as the suggestions of the search field see it: the same language as the parser's.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../shared/query/parse.ts'

type Term = { key: string | null; part: string; sign: string; head: string; start: number; end: number }
type Terms = {
  termAt(text: string, caret: number): Term
  withValue(text: string, term: Term, value: string): { text: string; caret: number }
  withKey(text: string, term: Term, key: string): { text: string; caret: number }
  textWithout(text: string, term: Term): string
  nameTerm(names: readonly string[]): string
  shellWord(text: string): string
  fitting(items: readonly string[], part: string, textOf: (item: string) => string, max: number): string[]
}
const place = new URL('../../../collector/dashboard/assets/terms.js', import.meta.url).href
const terms = (await import(place)) as Terms

/** `|` is the caret. */
function at(marked: string) {
  const text = marked.replace('|', '')
  return { text, term: terms.termAt(text, marked.indexOf('|')) }
}

describe('the term at the caret', () => {
  it.each([
    ['|', null, ''],
    ['sta|', null, 'sta'],
    ['-sta|', null, 'sta'],
    ['web state:re|', 'state', 're'],
    ['state:ok,un|', 'state', 'un'],
    ['state:o|k web', 'state', 'o'],
    ['os:"Ubuntu 24|', 'os', 'Ubuntu 24'],
    ['os:"a, b|', 'os', 'a, b'],
    ['state:ok |', null, ''],
  ])('of %s', (marked, key, part) => {
    expect(at(marked).term).toMatchObject({ key, part })
  })
})

describe('what is taken', () => {
  it.each([
    ['state:re|', 'restart-required', 'state:restart-required '],
    ['web -app:s|', 'shop', 'web -app:shop '],
    ['os:Ub| web', 'Ubuntu 24.04 LTS', 'os:"Ubuntu 24.04 LTS" web'],
    ['os:"Ubuntu 2|', 'Ubuntu 24.04 LTS', 'os:"Ubuntu 24.04 LTS" '],
    ['app:shop,|', 'say "hi"', String.raw`app:shop,"say \"hi\"" `],
    ['app:|', '-x*', 'app:"-x*" '],
  ])('into %s is %s, and parses', (marked, value, written) => {
    const { text, term } = at(marked)

    const next = terms.withValue(text, term, value)

    expect(next.text).toBe(written)
    expect(parseQuery(next.text).ok).toBe(true)
  })

  it('leaves the caret where one goes on', () => {
    const { text, term } = at('st| web')

    expect(terms.withKey(text, term, 'state')).toEqual({ text: 'state:web', caret: 6 })
  })

  it('is counted among what the rest of the query selects', () => {
    const { text, term } = at('app:shop state:re| web')

    expect(terms.textWithout(text, term)).toBe('app:shop web')
  })
})

describe('suggestions', () => {
  it('that begin with the text come before those that have it inside', () => {
    expect(terms.fitting(['kernel', 'older', 'lifecycle'], 'l', (word) => word, 2)).toEqual(['lifecycle', 'kernel'])
  })
})

describe('a term of names', () => {
  it.each([[['web-01', 'db-01']], [['a,b', 'c"d', 'e:f', '-g', 'h i', 'j*', 'k\\']]])(
    'selects exactly %j, as the parser reads it',
    (names) => {
      const parsed = parseQuery(terms.nameTerm(names))

      const alternatives = names.map((name) => [name])
      expect(parsed).toMatchObject({ ok: true, query: [{ key: 'name', negated: false, alternatives }] })
    },
  )

  it('is one word to a shell, whatever is in it', () => {
    const text = `it's $(here) \\ "now" \`x\``

    expect(execFileSync('/bin/sh', ['-c', `printf %s ${terms.shellWord(text)}`], { encoding: 'utf8' })).toBe(text)
  })
})

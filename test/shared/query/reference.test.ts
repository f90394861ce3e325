import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { QUERY_KEYS } from '../../../shared/query/keys.ts'
import * as limits from '../../../shared/protocol/limits.ts'

const text = readFileSync('docs/reference/query-language.md', 'utf8')

it('the reference lists every key as the parser knows it, and no other', () => {
  const rows = [...text.matchAll(/^\| `(\w+)` \| (.*) \| `(.*)` \|$/gm)].map(([, key, asks, example]) => [
    key,
    asks,
    example,
  ])

  expect(rows).toEqual(Object.entries(QUERY_KEYS).map(([key, { asks, example }]) => [key, asks, example]))
})

it('the reference names the limits that hold', () => {
  expect(text).toContain(
    `at most ${limits.QUERY_LENGTH_MAX.toLocaleString('en')} characters, ${limits.QUERY_TERMS_MAX} terms, and ` +
      `${limits.QUERY_ALTERNATIVES_MAX} values`,
  )
})

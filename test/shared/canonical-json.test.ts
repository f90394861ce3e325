import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../../shared/canonical-json.ts'

describe('canonical JSON', () => {
  it.each([
    [
      'sorts keys by UTF-16 code units',
      { b: 1, a: 2, ﬀ: 3, '😀': 4, A: 5, '': 6 },
      '{"":6,"A":5,"a":2,"b":1,"😀":4,"ﬀ":3}',
    ],
    ['sorts at every depth, but never a list', { z: [{ b: 1, a: [3, 1, 2] }] }, '{"z":[{"a":[3,1,2],"b":1}]}'],
    ['sorts numeric keys as text', { '10': 1, '9': 2 }, '{"10":1,"9":2}'],
    [
      'writes numbers as ECMAScript does',
      [1e21, 1e-7, 0.1, -0, 100, 1e20],
      '[1e+21,1e-7,0.1,0,100,100000000000000000000]',
    ],
    ['escapes what must be escaped and nothing else', '\u0000\b\n"\\/é', '"\\u0000\\b\\n\\"\\\\/é"'],
    ['leaves out keys that are undefined', { a: undefined, b: null }, '{"b":null}'],
    ['keeps a key called __proto__', JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
  ] as [string, Json, string][])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  it('is what another implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value as Json)).toBe(canonicalize(value))
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not depend on the order in which keys were added', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 40, size: 'max' }), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed())

        expect(canonicalJson(reversed as Json)).toBe(canonicalJson(value as Json))
      }),
    )
  })
})

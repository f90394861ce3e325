import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findPoisonedKey, scanJson } from '../../../collector/api/scan-json.ts'

const scan = (text: string, limits = { depthMax: 3, tokensMax: 10 }) => scanJson(Buffer.from(text), limits)

describe('scanJson', () => {
  it.each([
    ['[[[1]]]', 'fine'],
    ['[[[[1]]]]', 'too-deep'],
    ['{"a":{"b":{"c":1}}}', 'fine'],
    ['{"a":{"b":{"c":{}}}}', 'too-deep'],
    ['[[],[],[]]', 'fine'],
    ['"[[[[[["', 'fine'],
    ['"\\"[[[[[["', 'fine'],
    ['"\\\\"[[[[', 'too-deep'],
    ['[1,2,3,4,5,6,7,8,9,0]', 'fine'],
    ['[1,2,3,4,5,6,7,8,9,0,1]', 'too-many-tokens'],
    ['{"a":1,"b":2,"c":3,"d":4,"e":5}', 'fine'],
    ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', 'too-many-tokens'],
    ['"a string that never ends [[[[', 'fine'],
    ['"ends in a backslash \\', 'fine'],
    ['', 'fine'],
    [']]]]', 'fine'],
  ])('finds %j %s', (text, expected) => {
    expect(scan(text)).toBe(expected)
  })

  it('measures the depth of whatever JSON.stringify writes', () => {
    const depth = (value: unknown): number =>
      value === null || typeof value !== 'object' ? 0 : 1 + Math.max(0, ...Object.values(value).map(depth))

    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 6 }), (value, depthMax) => {
        const result = scan(JSON.stringify(value), { depthMax, tokensMax: 1e6 })
        expect(result).toBe(depth(value) > depthMax ? 'too-deep' : 'fine')
      }),
    )
  })
})

describe('findPoisonedKey', () => {
  it.each([
    ['{"a":{"b/c":[{"__proto__":1}]}}', '#/a/b~1c/0/__proto__'],
    ['{"constructor":{}}', '#/constructor'],
    ['{"constructor":"bob"}', null],
    ['{"proto":1,"prototype":{}}', null],
    ['"__proto__"', null],
  ])('of %s is %s', (text, expected) => {
    expect(findPoisonedKey(JSON.parse(text))).toBe(expected)
  })
})

// What must hold for every ruleset.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ACCEPT,
  DROP,
  DROPPING,
  dport,
  INPUT,
  judged,
  nftTable,
  nftText,
  prefix,
  saddr,
  verdictOf,
} from './exposed-host.ts'

const network = fc
  .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.integer({ min: 1, max: 16 }))
  .map(([a, b, length]) => {
    const value = ((a << 24) | (b << 16)) >>> 0
    const from = value - (value % 2 ** (32 - length))
    return { text: `${from >>> 24}.${(from >>> 16) & 255}.0.0`, from, length }
  })
const OPAQUE = { match: { op: '==', left: { payload: { protocol: 'ip', field: 'ttl' } }, right: 5 } }
const condition = fc.oneof(
  network.map(({ text, length }) => saddr(prefix(text, length))),
  network.map(({ text, length }) => saddr(prefix(text, length), '!=')),
  fc.constantFrom(dport(80), dport(22), dport(80, '!='), OPAQUE, { limit: { rate: 1, per: 'second' } }),
)
const verdict = fc.constantFrom(
  ACCEPT,
  DROP,
  { return: null },
  { jump: { target: 'one' } },
  { goto: { target: 'one' } },
)
const rule = fc.tuple(fc.array(condition, { maxLength: 2 }), verdict).map(([conditions, last]) => [...conditions, last])
const leaf = fc
  .tuple(fc.array(condition, { maxLength: 2 }), fc.constantFrom(ACCEPT, DROP))
  .map(([conditions, last]) => [...conditions, last])
const ruleset = fc.record({
  base: fc.constantFrom(INPUT, DROPPING),
  input: fc.array(rule, { maxLength: 8 }),
  one: fc.array(leaf, { maxLength: 4 }),
})

type Rules = readonly (readonly unknown[])[]
function judge({ base, input, one }: { base: object; input: Rules; one: Rules }, name = 'one') {
  const text = JSON.stringify(
    nftTable([
      { name, rules: one },
      { name: 'input', base: { ...base }, rules: input },
    ]),
  )
  const rows = judged({ nft: `{"nftables":${text.replaceAll('"target":"one"', `"target":${JSON.stringify(name)}`)}}` })
  return { verdict: verdictOf(rows, 4)?.split(' ')[0], share: rows.find((row) => row.family === 4)?.share ?? 0 }
}

const RANKS = ['filtered', 'unknown', 'exposed', undefined]

describe('any ruleset', () => {
  it('does not become exposed by a rule that only drops', () => {
    fc.assert(
      fc.property(ruleset, fc.array(condition, { maxLength: 2 }), fc.nat(8), (rules, conditions, at) => {
        const before = judge(rules).verdict
        const after = judge({ ...rules, input: rules.input.toSpliced(at, 0, [...conditions, DROP]) }).verdict

        expect(RANKS.indexOf(after)).toBeLessThanOrEqual(RANKS.indexOf(before))
      }),
    )
  })

  it('is judged alike with a network split in two', () => {
    fc.assert(
      fc.property(ruleset, network, fc.constantFrom(ACCEPT, DROP), (rules, { text, from, length }, last) => {
        const upper = from + 2 ** (31 - length)
        const upperText = `${upper >>> 24}.${(upper >>> 16) & 255}.${(upper >>> 8) & 255}.0`
        const whole = judge({ ...rules, input: [[saddr(prefix(text, length)), last], ...rules.input] })
        const halves = [text, upperText].map((half) => [saddr(prefix(half, length + 1)), last])

        expect(judge({ ...rules, input: [...halves, ...rules.input] })).toEqual(whole)
      }),
    )
  })

  it('is judged alike whatever its chains are called', () => {
    fc.assert(
      fc.property(
        ruleset,
        fc.string({ minLength: 1 }).filter((name) => name !== 'input'),
        (rules, name) => {
          expect(judge(rules, name)).toEqual(judge(rules))
        },
      ),
    )
  })

  it('calls nothing exposed that a firewall with nothing but drop stands before', () => {
    fc.assert(
      fc.property(ruleset, (rules) => {
        const tables = [
          ...nftTable([
            { name: 'one', rules: rules.one },
            { name: 'input', base: { ...rules.base }, rules: rules.input },
          ]),
          ...nftTable([{ name: 'all', base: { ...INPUT, prio: 10, policy: 'drop' }, rules: [] }], { name: 'second' }),
        ]

        expect(verdictOf(judged({ nft: nftText(tables) }), 4)).toMatch(/^filtered/)
      }),
    )
  })
})

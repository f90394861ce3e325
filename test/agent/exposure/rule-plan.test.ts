// Of twenty thousand rules a walk meets a few. Asked one address at a time, the few must say what all of them say.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { address, port, protocolAmong } from '../../../agent/exposure/conditions.ts'
import { NO_WINDOWS, type Packet } from '../../../agent/exposure/packet.ts'
import { planFor } from '../../../agent/exposure/rule-plan.ts'
import type { Chain, Rule, Verdict } from '../../../agent/exposure/ruleset.ts'

const ends = fc.constantFrom<Verdict>({ kind: 'accept' }, { kind: 'drop' }, { kind: 'return' })
const span = (max: number) =>
  fc.tuple(fc.nat(max), fc.integer({ min: 1, max: max / 3 })).map(([from, size]) => [from, from + size])
const rule = fc
  .record({
    senders: fc.option(span(60), { freq: 4 }),
    ports: fc.option(
      fc.oneof(
        span(30),
        fc.nat(30).map((one) => [one, one + 1]),
      ),
      { freq: 3 },
    ),
    isTcp: fc.boolean(),
    negated: fc.boolean(),
    verdict: ends,
  })
  .map(({ senders, ports, isTcp, negated, verdict }, at = 0): Rule => {
    const conditions = [
      ...(isTcp ? [protocolAmong(['tcp'], false)] : []),
      ...(senders === null ? [] : [address('source', 4, senders, negated)]),
      ...(ports === null ? [] : [port('destination', 'tcp', ports, negated)]),
    ]
    return { text: () => `rule ${at}`, conditions, acts: [], verdict }
  })
const chain = fc.array(rule, { maxLength: 40 }).map((rules): Chain => ({ name: 'c', rules, base: null }))
const packetOf = (saddr: number, dport: number): Packet => ({
  family: 4,
  protocol: 'tcp',
  saddr,
  daddr: 5,
  sport: null,
  dport,
  ...NO_WINDOWS,
  iif: 'eth0',
  oif: null,
  ctState: 'new',
  isTranslated: false,
  mark: 0,
  ctMark: 0,
})

/** What happens to one packet, rule by rule. */
function firstOf(rules: readonly Rule[], packet: Packet): string {
  for (const { conditions, verdict } of rules) {
    if (!conditions.every(({ test }) => test(packet) === true)) continue
    if (verdict.kind !== 'dispatch') return verdict.kind
    const entry = verdict.entries.find(({ condition }) => condition.test(packet) === true)
    if (entry !== undefined) return entry.verdict.kind
  }
  return 'nothing'
}

describe('the rules that concern a port', () => {
  it('say for each address what all rules say', () => {
    fc.assert(
      fc.property(chain, fc.nat(35), (all, dport) => {
        const { rules } = planFor(all, { family: 4, protocol: 'tcp', dport })
        for (let saddr = 0; saddr < 90; saddr += 1) {
          const packet = packetOf(saddr, dport)
          expect(firstOf(rules, packet)).toBe(firstOf(all.rules, packet))
        }
      }),
    )
  })

  it('are the same for every port up to the border they name', () => {
    fc.assert(
      fc.property(chain, fc.nat(35), (all, dport) => {
        const { rules, from, beyond } = planFor(all, { family: 4, protocol: 'tcp', dport })
        for (const other of [from, dport, Math.min(beyond, 100) - 1]) {
          for (let saddr = 0; saddr < 90; saddr += 7) {
            expect(firstOf(rules, packetOf(saddr, other))).toBe(firstOf(all.rules, packetOf(saddr, other)))
          }
        }
      }),
    )
  })

  it('are few where each rule is about a port of its own', () => {
    const rules = Array.from({ length: 5000 }, (_, at): Rule => {
      const conditions = [
        address('source', 4, [at, at + 1], false),
        port('destination', 'tcp', [at % 500, (at % 500) + 1], false),
      ]
      return { text: () => `rule ${at}`, conditions, acts: [], verdict: { kind: at % 3 === 0 ? 'drop' : 'accept' } }
    })

    const plan = planFor({ name: 'c', rules, base: null }, { family: 4, protocol: 'tcp', dport: 77 })

    expect(plan).toMatchObject({ from: 77, beyond: 78 })
    expect(plan.rules).toHaveLength(1)
  })
})

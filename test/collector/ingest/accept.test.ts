import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accept, afterAccepting, type Envelope, type Head, NEVER_ACCEPTED } from '../../../collector/ingest/accept.ts'
import type { Acceptance } from '../../../collector/store/records.ts'
import { instanceOf } from '../../support/store/reports.ts'

const [A, B, C] = [instanceOf(1), instanceOf(2), instanceOf(3)] as [string, string, string]
const MINUTE = 60_000
const NOW = 1_795_000_000_000
const KNOWN: Acceptance = {
  ...NEVER_ACCEPTED,
  instance: B,
  seq: 50,
  root: 'r50',
  formerInstances: [{ instance: A, seq: 40 }],
}

const envelope = (instance: string, seq: number, root = `r${seq}`): Envelope => ({ instance, seq, root })

describe('the same process', () => {
  it.each([
    ['a higher number', envelope(B, 51), { kind: 'apply' }],
    ['a much higher number', envelope(B, 1e15), { kind: 'apply' }],
    ['the same number and root', envelope(B, 50), { kind: 'duplicate' }],
    ['the same number with another root', envelope(B, 50, 'other'), { kind: 'behind', lastSeq: 50 }],
    ['a lower number', envelope(B, 49), { kind: 'behind', lastSeq: 50 }],
  ])('with %s', (_, given, decision) => {
    expect(accept(KNOWN, null, given, NOW)).toEqual(decision)
  })

  it.each([
    [
      'ahead of the record counts',
      { instance: B, seq: 60, root: 'r60' },
      envelope(B, 55),
      { kind: 'behind', lastSeq: 60 },
    ],
    ['itself again is a duplicate', { instance: B, seq: 60, root: 'r60' }, envelope(B, 60), { kind: 'duplicate' }],
    ['behind the record does not count', { instance: B, seq: 10, root: 'r10' }, envelope(B, 51), { kind: 'apply' }],
    ['of another process does not count', { instance: A, seq: 99, root: 'r99' }, envelope(B, 51), { kind: 'apply' }],
  ] satisfies [string, Head, Envelope, object][])('what was heard and not written: %s', (_, head, given, decision) => {
    expect(accept(KNOWN, head, given, NOW)).toEqual(decision)
  })
})

describe('another process', () => {
  it('is new when it was never heard', () => {
    expect(accept(KNOWN, null, envelope(C, 1), NOW)).toEqual({ kind: 'new-instance' })
    expect(accept(NEVER_ACCEPTED, null, envelope(A, 1), NOW)).toEqual({ kind: 'new-instance' })
  })

  it('is remembered with its highest number once it is superseded', () => {
    const head = { instance: B, seq: 70, root: 'r70' }

    const next = afterAccepting(KNOWN, head, envelope(C, 1))

    expect(next).toMatchObject({ instance: C, seq: 1, root: 'r1' })
    expect(next.formerInstances).toEqual([
      { instance: A, seq: 40 },
      { instance: B, seq: 70 },
    ])
  })

  it('is remembered among the last 64', () => {
    let acceptance = NEVER_ACCEPTED
    for (let n = 1; n <= 70; n++) acceptance = afterAccepting(acceptance, null, envelope(instanceOf(n), 1))

    expect(acceptance.formerInstances).toHaveLength(64)
    expect(acceptance.formerInstances[0]?.instance).toBe(instanceOf(6))
    expect(acceptance.formerInstances.at(-1)?.instance).toBe(instanceOf(69))
  })
})

describe('a superseded process that comes back', () => {
  it.each([1, 40])('with number %i it has used before is a replay or a rewound machine: told, not counted', (seq) => {
    expect(accept(KNOWN, null, envelope(A, seq), NOW)).toEqual({ kind: 'rebase', acceptance: null })
  })

  it('with a new number is counted', () => {
    expect(accept(KNOWN, null, envelope(A, 41), NOW)).toEqual({
      kind: 'rebase',
      acceptance: { ...KNOWN, formerInstances: [{ instance: A, seq: 41 }], returnsAt: [NOW] },
    })
  })

  it.each([
    ['three returns in just under 10 min are two live copies', [NOW - 10 * MINUTE + 1, NOW - 1], 'conflict'],
    ['three returns in 10 min and more are not', [NOW - 10 * MINUTE, NOW - 1], 'rebase'],
    ['two returns are not', [NOW - 1], 'rebase'],
    ['returns dated ahead of now, by a clock set back, are forgotten', [NOW + 1, NOW + 2], 'rebase'],
  ])('%s', (_, returnsAt, kind) => {
    expect(accept({ ...KNOWN, returnsAt }, null, envelope(A, 41), NOW).kind).toBe(kind)
  })
})

it('never accepts a number twice or backwards, whatever arrives in whatever order', () => {
  const arrivals = fc.array(fc.record({ instance: fc.constantFrom(A, B, C), seq: fc.integer({ min: 1, max: 12 }) }))

  fc.assert(
    fc.property(arrivals, (envelopes) => {
      let acceptance = NEVER_ACCEPTED
      const highest = new Map<string, number>()
      for (const { instance, seq } of envelopes) {
        const decision = accept(acceptance, null, envelope(instance, seq), NOW)
        if (decision.kind === 'conflict') return
        if (decision.kind === 'rebase') acceptance = decision.acceptance ?? acceptance
        if (decision.kind !== 'apply' && decision.kind !== 'new-instance') continue
        expect(seq).toBeGreaterThan(highest.get(instance) ?? 0)
        expect(decision.kind === 'new-instance').toBe(!highest.has(instance))
        highest.set(instance, seq)
        acceptance = afterAccepting(acceptance, null, envelope(instance, seq))
      }
    }),
  )
})

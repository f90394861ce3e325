import { describe, expect, it } from 'vitest'
import { canBeSnoozed, coveredBy, snoozeEnd, type Snooze } from '../../../shared/judgement/snooze.ts'
import type { PromotionReason, State } from '../../../shared/judgement/verdict.ts'

const judged = (state: State, ...reasons: PromotionReason[]) => ({ state, reasons })
const snooze = (...covers: PromotionReason[]): Snooze => ({ until: 100, reason: 'x', by: 'Anna', at: 0, covers })

describe('a snooze', () => {
  it.each([
    [judged('restart-required'), true],
    [judged('unknown', 'silent'), true],
    [judged('unknown'), false],
    [judged('ok'), false],
    [judged('deferrable'), false],
  ])('can be given for %j: %s', (verdict, can) => {
    expect(canBeSnoozed(verdict)).toBe(can)
  })

  it.each([
    [judged('restart-required'), ['stale']],
    [judged('restart-required', 'exposed'), ['exposed', 'stale']],
    [judged('restart-required', 'exposed', 'stale'), ['exposed', 'stale']],
    [judged('unknown', 'silent'), ['silent']],
  ])('given for %j covers %j', (verdict, covers) => {
    expect(coveredBy(verdict)).toEqual(covers)
  })

  it.each([
    [judged('restart-required'), false, 99, null],
    [judged('restart-required'), false, 100, 'expired'],
    [judged('restart-required', 'stale'), false, 1, null],
    [judged('restart-required', 'exposed', 'stale'), false, 1, 'exposed'],
    [judged('restart-required', 'silent'), false, 1, 'silent'],
    [judged('restart-required'), true, 1, 'cleared'],
    [judged('ok'), false, 1, 'cleared'],
    [judged('deferrable'), false, 1, 'cleared'],
    [judged('unknown'), false, 1, null],
  ] as const)('that covers stale, with %j, another need: %s, at %d: %s', (verdict, isOther, now, end) => {
    expect(snoozeEnd(snooze('stale'), verdict, isOther, now)).toBe(end)
  })

  it('given for silence does not cover what the server says when it is back', () => {
    expect(snoozeEnd(snooze('silent'), judged('restart-required', 'stale'), false, 1)).toBe('stale')
    expect(snoozeEnd(snooze('silent'), judged('ok'), false, 1)).toBe('cleared')
  })
})

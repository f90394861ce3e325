import { describe, expect, it } from 'vitest'
import {
  afterAnswer,
  isAnnouncing,
  QUIET_MS,
  type Rotation,
  type SecretAnswer,
  startRotation,
  withNewSecret,
} from '../../../agent/enrolment/rotation.ts'

/** What a collector that knows the secrets `known` makes of it: which secret is sent, and what with it. */
function play(start: Rotation, known: Set<number>, { rounds = 6, understands = true, nowMs = 0 } = {}) {
  const sent: string[] = []
  let state = start
  for (let round = 0; round < rounds; round++) {
    const announced = isAnnouncing(state, nowMs)
    sent.push(`${state.active}${announced ? '+' : ''}`)
    const answer: SecretAnswer = known.has(state.active) ? 'accepted' : 'unauthorized'
    if (announced && answer === 'accepted' && understands) known.add(0)
    ;({ state } = afterAnswer(state, answer, announced, nowMs))
  }
  return { sent, state }
}

describe('the order in which secrets are tried', () => {
  it('of a host that has one is none', () => {
    expect(play(startRotation(1), new Set([0]), { rounds: 2 }).sent).toEqual(['0', '0'])
    expect(play(startRotation(1), new Set(), { rounds: 2 }).sent).toEqual(['0', '0'])
  })

  it('announces a new one with the old, then uses it', () => {
    const { sent, state } = play(withNewSecret(startRotation(1)), new Set([1]), { rounds: 3 })

    expect(sent).toEqual(['1+', '0', '0'])
    expect(state).toMatchObject({ active: 0, isSettled: true })
  })

  it.each([
    ['a new one was made and never announced', [1], ['0', '1+', '0', '0']],
    ['a new one was announced, and perhaps used', [0], ['0', '0', '0', '0']],
    ['the collector was restored and knows the one before alone', [2], ['0', '1+', '2+', '0']],
  ])('heals when %s', (_, known, sent) => {
    expect(play(startRotation(3), new Set(known), { rounds: 4 }).sent).toEqual(sent)
  })

  it('goes round once, then has patience', () => {
    const first = afterAnswer(startRotation(2), 'unauthorized', false, 0)
    const second = afterAnswer(first.state, 'unauthorized', false, 0)

    expect([first.tryNow, second.tryNow]).toEqual([true, false])
    expect(second.state).toMatchObject({ active: 0, refused: 0 })
  })

  it('does not ask a collector again and again that does not know the word', () => {
    const old = { understands: false }
    const { sent, state } = play(withNewSecret(startRotation(1)), new Set([1]), { ...old, rounds: 5 })
    expect(sent).toEqual(['1+', '0', '1', '1', '1'])

    expect(play(state, new Set([1]), { ...old, rounds: 1, nowMs: QUIET_MS }).sent).toEqual(['1+'])
  })

  it('says nothing to an answer that is about something else', () => {
    const state = withNewSecret(startRotation(1))
    expect(afterAnswer(state, 'nothing', true, 0)).toEqual({ state, tryNow: false })
  })
})

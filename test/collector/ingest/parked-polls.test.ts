import { beforeEach, describe, expect, it } from 'vitest'
import { isGood, ParkedPolls, type PollEnd } from '../../../collector/ingest/parked-polls.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { recordOf } from '../../support/judged-record.ts'
import { SteppedClock } from '../../support/test-collector.ts'

const HOLD_MS = 40_000
const KEY = { credentialHash: 'h1' }

let clock: SteppedClock
let polls: ParkedPolls
let random = 0
beforeEach(() => {
  clock = new SteppedClock()
  random = 0
  polls = new ParkedPolls(clock, () => random)
})

/** Parks, and keeps how it ended. */
function park(serverId: string, holdMs = HOLD_MS): { ended: PollEnd[]; drop: () => void } {
  const ended: PollEnd[] = []
  const drop = polls.park({ serverId, ...KEY }, holdMs, (why) => ended.push(why))
  return { ended, drop }
}

const recordWith = (change: Partial<ServerRecord> = {}): ServerRecord => ({ ...recordOf(1), ...KEY, ...change })

describe('a parked poll', () => {
  it('ends with its hold, a little early rather than late', () => {
    const { ended } = park('a')
    clock.step(HOLD_MS - 1_000)
    polls.tick()
    expect(ended).toEqual([])

    clock.step(900)
    polls.tick()
    expect(ended).toEqual(['time'])
    expect(polls.size).toBe(0)
  })

  it('waits a little less by chance, so that a fleet does not come together', () => {
    random = 0.999
    const { ended } = park('a')
    clock.step(HOLD_MS * 0.97)
    polls.tick()

    expect(ended).toEqual(['time'])
  })

  it('is answered when its server sends another one', () => {
    const first = park('a')
    const second = park('a')

    expect(first.ended).toEqual(['newer-report'])
    expect(second.ended).toEqual([])
    expect(polls.size).toBe(1)
  })

  it('of which the connection closes takes nothing from the one that came after it', () => {
    const first = park('a')
    const second = park('a')
    first.drop()

    expect(second.ended).toEqual([])
    expect(polls.isParked('a')).toBe(true)
  })

  it('ends for what concerns its server alone', () => {
    const [a, b] = [park('a'), park('b')]
    polls.end('a', 'ask')
    polls.end('c', 'ask')

    expect([a.ended, b.ended]).toEqual([['ask'], []])
  })

  it('is answered by a drain, as all others are, and by a moment of its own within 30 s', () => {
    const [a, b] = [park('a'), park('b')]
    polls.drain()

    expect([...a.ended, ...b.ended]).toEqual(['draining', 'draining'])
    expect(polls.isDraining).toBe(true)
    expect(polls.nextAfterDrainMs()).toBe(0)
    random = 0.999_999
    expect(polls.nextAfterDrainMs()).toBe(29_999)
  })
})

describe('a server', () => {
  it('is connected while its poll is parked, and for a moment after an answer', () => {
    expect(polls.isConnected('a')).toBe(false)
    park('a')
    expect(polls.isConnected('a')).toBe(true)
    expect(polls.disconnectedSince('a')).toBeNull()

    clock.step(1_000)
    polls.end('a', 'ask')
    expect(polls.isConnected('a')).toBe(true)
    const since = clock.now()
    clock.step(5_000)
    expect(polls.isConnected('a')).toBe(false)
    expect(polls.disconnectedSince('a')).toBe(since)
  })

  it('is not connected from the moment its connection closes', () => {
    const { drop } = park('a')
    drop()

    expect(polls.isConnected('a')).toBe(false)
    expect(polls.disconnectedSince('a')).toBe(clock.now())
  })

  it('that was removed leaves nothing behind', () => {
    const record = recordWith({ lifecycle: 'removed' })
    park(record.id)
    polls.follow(record)

    expect(polls.isParked(record.id)).toBe(false)
    expect(polls.disconnectedSince(record.id)).toBeNull()
  })
})

describe('a committed record', () => {
  it('leaves a poll alone whose credential it knows', () => {
    const record = recordWith()
    const { ended } = park(record.id)
    polls.follow(record)

    expect(ended).toEqual([])
  })

  it.each<[string, Partial<ServerRecord>, boolean]>([
    ['as it was', {}, true],
    ['announces another credential', { nextCredential: { hash: 'h2', announcedAt: 0 } }, true],
    [
      'has changed to the credential of the poll',
      { credentialHash: 'h0', nextCredential: { hash: 'h1', announcedAt: 0 } },
      true,
    ],
    ['has another credential', { credentialHash: 'h2' }, false],
    ['was removed', { lifecycle: 'removed' }, false],
    ['has two live copies', { lifecycle: 'conflict' }, false],
  ])('that %s', (_, change, expected) => {
    expect(isGood(recordWith(change), KEY.credentialHash)).toBe(expected)
  })
})

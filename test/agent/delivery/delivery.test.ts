import { describe, expect, it } from 'vitest'
import { REFUSED_MS } from '../../../agent/delivery/after-send.ts'
import {
  heartbeatMs,
  nextSeq,
  planDelivery,
  withNetworkChanged,
  withRequest,
} from '../../../agent/delivery/delivery.ts'
import type { SendResult } from '../../../agent/delivery/send-result.ts'
import { rootDigest } from '../../../shared/digest.ts'

import { ALL, DIGESTS, CHANGED, FRESH, accepted, later, rejected, unauthorized, send, REPORTING } from './attempts.ts'

describe('what is sent', () => {
  it('is nothing before the first look', () => {
    expect(planDelivery(FRESH, {}, 0)).toEqual({ kind: 'wait', untilMs: null })
  })

  it('is everything at first', () => {
    expect(planDelivery(FRESH, DIGESTS, 0)).toMatchObject({ kind: 'send', whole: ALL })
  })

  it('is what changed since it was acknowledged', () => {
    expect(planDelivery(REPORTING, CHANGED, 1)).toMatchObject({ kind: 'send', whole: ['sentinel'] })
  })

  it('is everything again after a report that was not acknowledged', () => {
    expect(planDelivery(send(FRESH, later()), DIGESTS, 1_000)).toMatchObject({ kind: 'send', whole: ALL })
  })

  it('is a heartbeat when nothing is owed and its time has come', () => {
    expect(planDelivery(REPORTING, DIGESTS, 59_999)).toEqual({ kind: 'wait', untilMs: 60_000 })
    expect(planDelivery(REPORTING, DIGESTS, 60_000)).toMatchObject({ kind: 'send', whole: null })
  })

  it('is a report without values when somebody asks and nothing changed', () => {
    const asked = withRequest(REPORTING, { freshAsOfMs: 5, reason: null })

    expect(planDelivery(asked, DIGESTS, 1)).toMatchObject({ kind: 'send', whole: [] })
    expect(send(asked, accepted(), { whole: [] }).request).toBeNull()
  })
})

describe('sections the collector wants', () => {
  it('are sent at once', () => {
    const wanting = send(REPORTING, accepted(['kernel']), { whole: null, at: 10 })

    expect(planDelivery(wanting, DIGESTS, 10)).toMatchObject({ kind: 'send', whole: ['kernel'] })
  })

  it('are sent three times a minute at most', () => {
    let state = send(REPORTING, accepted(ALL), { whole: null })
    for (let round = 0; round < 3; round++) {
      expect(planDelivery(state, DIGESTS, round)).toMatchObject({ kind: 'send', whole: ALL })
      state = send(state, accepted(ALL), { at: round })
    }

    expect(planDelivery(state, DIGESTS, 3)).toEqual({ kind: 'wait', untilMs: 60_000 })
    expect(planDelivery({ ...state, nextHeartbeatMs: Infinity }, DIGESTS, 60_000)).toMatchObject({
      kind: 'send',
      whole: ALL,
    })
  })

  it('are not forgotten when sending them fails', () => {
    const wanting = send(REPORTING, accepted(['kernel']), { whole: null })
    const failed = send(wanting, later(), { whole: ['kernel'] })

    expect(planDelivery(failed, DIGESTS, 1_000)).toMatchObject({ kind: 'send', whole: ['kernel'] })
  })
})

describe('a collector that cannot be reached', () => {
  it('is left alone for the delay, also when something changes', () => {
    const failed = send(REPORTING, later(), { at: 100 })

    expect(failed.standing).toBe('retrying')
    expect(planDelivery(failed, CHANGED, 1_099)).toEqual({ kind: 'wait', untilMs: 1_100 })
    expect(planDelivery(failed, CHANGED, 1_100)).toMatchObject({ kind: 'send', whole: ['sentinel'] })
  })

  it('is tried more and more rarely, and promptly again after a success', () => {
    const by = { random: () => 0.999_999, capMs: 5_000 }
    const once = send(REPORTING, later(), { by })
    const twice = send(once, later(), { by })
    const back = send(twice, accepted())

    expect([once, twice].map(({ pause }) => Math.round(pause?.delayMs ?? 0))).toEqual([3_000, 5_000])
    expect(send(back, later()).pause?.delayMs).toBe(1_000)
  })

  it('is tried at once when somebody asks, unless it asked for patience itself', () => {
    const request = { freshAsOfMs: 5, reason: null }

    expect(planDelivery(withRequest(send(REPORTING, later()), request), DIGESTS, 1)).toMatchObject({ kind: 'send' })
    expect(planDelivery(withRequest(send(REPORTING, later(7_000)), request), DIGESTS, 1)).toMatchObject({
      untilMs: 7_000,
    })
  })
})

describe('a network that changed', () => {
  it('is tried at once, unless the collector asked for patience', () => {
    expect(planDelivery(send(REPORTING, later()), DIGESTS, 1)).toMatchObject({ kind: 'wait' })
    expect(planDelivery(withNetworkChanged(send(REPORTING, later())), DIGESTS, 1)).toMatchObject({ kind: 'send' })
    expect(planDelivery(withNetworkChanged(send(REPORTING, later(7_000))), DIGESTS, 1)).toMatchObject({
      untilMs: 7_000,
    })
  })
})

describe('a credential that is not accepted', () => {
  it('is tried again for ever, a quarter of an hour apart at most', () => {
    let state = REPORTING
    for (let attempt = 0; attempt < 50; attempt++)
      state = send(state, unauthorized, { by: { random: () => 0.999_999 } })

    expect(state.standing).toBe('unauthorized')
    expect(Math.round(state.pause?.delayMs ?? 0)).toBe(900_000)
    expect(planDelivery(state, DIGESTS, 900_000)).toMatchObject({ kind: 'send' })
  })

  it('ends reporting only when it was revoked', () => {
    const revoked = send(REPORTING, { kind: 'revoked' })

    expect(revoked.standing).toBe('revoked')
    expect(planDelivery(revoked, CHANGED, 1e12)).toEqual({ kind: 'wait', untilMs: null })
  })
})

describe('a report that is refused', () => {
  const refused = send(REPORTING, rejected, { digests: CHANGED, whole: ['sentinel'] })

  it('is not sent again as it is; heartbeats go on', () => {
    expect(planDelivery(refused, CHANGED, 59_999)).toEqual({ kind: 'wait', untilMs: 60_000 })
    expect(planDelivery(refused, CHANGED, 60_000)).toMatchObject({ kind: 'send', whole: null })
  })

  it('stays refused while heartbeats are accepted, whatever they want', () => {
    const beaten = send(refused, accepted(['sentinel']), { digests: CHANGED, whole: null, at: 60_000 })

    expect(beaten.standing).toBe('refused')
    expect(planDelivery(beaten, CHANGED, 60_001)).toMatchObject({ kind: 'wait' })
  })

  it('gives way to a snapshot that says something else', () => {
    expect(planDelivery(refused, { ...CHANGED, kernel: 'k2' }, 1)).toMatchObject({
      kind: 'send',
      whole: ['sentinel', 'kernel'],
    })
  })

  it('is tried once more after an hour', () => {
    const idle = { ...refused, nextHeartbeatMs: Infinity }

    expect(planDelivery(idle, CHANGED, REFUSED_MS - 1)).toEqual({ kind: 'wait', untilMs: REFUSED_MS })
    expect(planDelivery(idle, CHANGED, REFUSED_MS)).toMatchObject({ kind: 'send', whole: ['sentinel'] })
  })

  it('slows even the heartbeats down when those are refused', () => {
    const mute = send(refused, rejected, { digests: CHANGED, whole: null, at: 60_000 })

    expect(planDelivery(mute, CHANGED, 60_500)).toEqual({ kind: 'wait', untilMs: 61_000 })
  })
})

describe('the numbering', () => {
  it.each([
    [0, 500.9, 500],
    [500, 500.9, 501],
    [500, 0, 501],
  ])('after %i at uptime %d is %i', (lastSeq, uptimeMs, expected) => {
    expect(nextSeq({ ...FRESH, lastSeq }, uptimeMs)).toBe(expected)
  })

  it('jumps ahead of what the collector accepted, at once', () => {
    const behind = send(REPORTING, { kind: 'behind', lastSeq: 5_000 })

    expect(nextSeq(behind, 10)).toBe(5_001)
    expect(planDelivery(behind, CHANGED, 0)).toMatchObject({ kind: 'send' })
  })

  it('starts over with a new instance and everything, when asked to', () => {
    const rebased = send(REPORTING, { kind: 'rebase' })

    expect(rebased.instance).toBe('2'.repeat(32))
    expect(planDelivery(rebased, DIGESTS, 0)).toMatchObject({ kind: 'send', whole: ALL })
  })

  it.each([{ kind: 'behind', lastSeq: 5_000 }, { kind: 'rebase' }] as SendResult[])(
    'does not run in circles with a collector that always answers %j',
    (result) => {
      const twice = send(send(REPORTING, result), result)

      expect(planDelivery(twice, CHANGED, 0)).toEqual({ kind: 'wait', untilMs: 1_000 })
    },
  )
})

describe('two live copies', () => {
  const conflict = send(REPORTING, { kind: 'conflict' })

  it('send heartbeats only', () => {
    expect(planDelivery(conflict, CHANGED, 60_000)).toMatchObject({ kind: 'send', whole: null })
  })

  it('send everything when the collector believes one of them again', () => {
    expect(planDelivery(send(conflict, accepted(), { whole: null }), DIGESTS, 1)).toMatchObject({
      kind: 'send',
      whole: ALL,
    })
  })
})

describe('a collector with another store', () => {
  const by = { random: () => 0.5 }
  const replaced = send(REPORTING, accepted(ALL, 'e2'), { whole: null, at: 100, by })

  it('gets everything, spread over one heartbeat', () => {
    expect(planDelivery(replaced, DIGESTS, 30_099)).toEqual({ kind: 'wait', untilMs: 30_100 })
    expect(planDelivery(replaced, DIGESTS, 30_100)).toMatchObject({ kind: 'send', whole: ALL })
  })

  it('gets everything at once when something changes meanwhile', () => {
    expect(planDelivery(replaced, CHANGED, 101)).toMatchObject({ kind: 'send', whole: ALL })
  })

  it('gets nothing twice when the report that told of it held everything', () => {
    const told = send(REPORTING, accepted([], 'e2'), { whole: ALL })

    expect(planDelivery(told, DIGESTS, 1)).toEqual({ kind: 'wait', untilMs: 60_000 })
  })

  it('is not mistaken for the first answer', () => {
    expect(REPORTING.resend).toBeNull()
  })
})

describe('the heartbeat', () => {
  it.each([
    ['is a minute when nobody says otherwise', null, null, 0, 60_000],
    ['follows the collector', 20_000, null, 0, 20_000],
    ['follows agent.toml before the collector', 20_000, 5_000, 0, 5_000],
    ['is up to a twentieth shorter, by the server', null, null, 1, 57_000],
  ])('%s', (_, asked, configured, spread, expected) => {
    expect(heartbeatMs({ ...FRESH, askedHeartbeatMs: asked }, configured, spread)).toBe(expected)
  })

  it('names the root of what is true now', () => {
    expect(rootDigest(DIGESTS)).not.toBe(rootDigest(CHANGED))
  })
})

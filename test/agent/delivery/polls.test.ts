// Which heartbeat is a poll, and what becomes of one that is under way, passed by, cut, or swallowed.
import { describe, expect, it } from 'vitest'
import { type AfterSend, afterSend, type Attempt } from '../../../agent/delivery/after-send.ts'
import { type DeliveryState, planDelivery, startDelivery, withSent } from '../../../agent/delivery/delivery.ts'
import { holdToAskMs } from '../../../agent/delivery/hold.ts'
import type { Ask, SendResult } from '../../../agent/delivery/send-result.ts'
import { Random } from '../../../scripts/prove/fuzz/random.ts'
import { lateAfterMs } from '../../../shared/judgement/reporting.ts'
import { HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { SECTION_NAMES, type SectionName } from '../../../shared/sections/names.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const ALL = [...SECTION_NAMES]
const DIGESTS = Object.fromEntries(ALL.map((name) => [name, `${name}-1`]))
const CHANGED = { ...DIGESTS, sentinel: 'sentinel-2' }

type Accepting = { want?: SectionName[]; held?: boolean; ask?: Ask | null; nextInMs?: number }
const accepted = ({ want = [], held = false, ask = null, nextInMs = HEARTBEAT_MS }: Accepting = {}): SendResult => ({
  kind: 'accepted',
  epoch: 'e1',
  want,
  nextInMs,
  held,
  ask,
})
const HELD = accepted({ held: true })

type Sending = Partial<Pick<Attempt, 'whole' | 'poll' | 'seq'>> & { at?: number; by?: Partial<AfterSend> }

function answer(
  state: DeliveryState,
  result: SendResult,
  { at = 0, by = {}, ...attempt }: Sending = {},
): DeliveryState {
  const sent: Attempt = { seq: state.lastSeq, whole: null, digests: DIGESTS, answers: null, poll: null, ...attempt }
  return afterSend(state, sent, result, {
    nowMs: at,
    capMs: 300_000,
    configuredHeartbeatMs: null,
    spread: 0,
    random: () => 0.5,
    newInstance: () => '2'.repeat(32),
    ...by,
  })
}

const FRESH = startDelivery('1'.repeat(32))
const REPORTING = answer(withSent(FRESH, 1, false), accepted(), { whole: ALL })
const POLLING = withSent(REPORTING, 2, true)
const poll = (tookMs: number) => ({ waitMs: 57_000, tookMs })

describe('the first report', () => {
  it('is never a poll, and the heartbeat that follows it is one, at once', () => {
    expect(planDelivery(FRESH, DIGESTS, 0)).toMatchObject({ whole: ALL, poll: false })
    expect(planDelivery(REPORTING, DIGESTS, 0)).toEqual({ kind: 'send', whole: null, poll: true })
  })
})

describe('a poll under way', () => {
  it('is the heartbeat: no other is due', () => {
    expect(planDelivery(POLLING, DIGESTS, 10 * MINUTE)).toEqual({ kind: 'wait', untilMs: null })
  })

  it('lets pass what changes', () => {
    expect(planDelivery(POLLING, CHANGED, 1)).toEqual({ kind: 'send', whole: ['sentinel'], poll: false })
  })

  it('is followed by the next at once when its answer was held', () => {
    const next = answer(POLLING, HELD, { poll: poll(56_500), at: MINUTE })

    expect(planDelivery(next, DIGESTS, MINUTE)).toMatchObject({ kind: 'send', whole: null, poll: true })
  })

  it('is followed by the next after nextInMs when the collector is about to stop', () => {
    const next = answer(POLLING, accepted({ nextInMs: 12_000 }), { poll: poll(20_000), at: MINUTE })

    expect(planDelivery(next, DIGESTS, MINUTE)).toEqual({ kind: 'wait', untilMs: MINUTE + 12_000 })
    const by = { configuredHeartbeatMs: HOUR }
    const seldom = answer(POLLING, accepted({ nextInMs: 12_000 }), { poll: poll(20_000), at: MINUTE, by })
    expect(planDelivery(seldom, DIGESTS, MINUTE)).toEqual({ kind: 'wait', untilMs: MINUTE + 12_000 })
  })

  it('is waited for again after a report that reached the next collector meanwhile', () => {
    const drained = answer(POLLING, accepted({ nextInMs: 12_000 }), { poll: poll(20_000), at: MINUTE })
    const reported = answer(withSent(drained, 3, false), accepted(), { whole: ['sentinel'], at: MINUTE + 3_000 })

    expect(planDelivery(reported, DIGESTS, MINUTE + 3_000)).toMatchObject({ whole: null, poll: true })
  })

  it('is followed by a heartbeat in its time when the collector does not hold answers', () => {
    const next = answer(POLLING, accepted(), { poll: poll(5), at: 0 })

    expect(planDelivery(next, DIGESTS, 59_999)).toEqual({ kind: 'wait', untilMs: MINUTE })
    // What is reported meanwhile brings no further heartbeat.
    const reported = answer(withSent(next, 3, false), accepted(), { whole: ['sentinel'], at: 5_000 })
    expect(planDelivery(reported, DIGESTS, 64_999)).toEqual({ kind: 'wait', untilMs: 65_000 })
    expect(planDelivery(reported, DIGESTS, 65_000)).toMatchObject({ whole: null, poll: true })
  })

  it('that is answered at once because sections are wanted is waited for again once they are sent', () => {
    const wanting = answer(POLLING, accepted({ want: ['kernel'] }), { poll: poll(5) })
    expect(planDelivery(wanting, DIGESTS, 5)).toEqual({ kind: 'send', whole: ['kernel'], poll: false })

    const sent = answer(withSent(wanting, 3, false), accepted(), { whole: ['kernel'], at: 10 })
    expect(planDelivery(sent, DIGESTS, 10)).toMatchObject({ whole: null, poll: true })
  })

  it('that brings an ask leaves the connection to the report that answers it', () => {
    const asked = answer(POLLING, accepted({ held: true, ask: { id: 'a', scan: false } }), { poll: poll(9_000) })

    expect(planDelivery(asked, DIGESTS, 0)).toEqual({ kind: 'wait', untilMs: 2_000 })
    const answered = answer(withSent(asked, 3, false), accepted(), { whole: [], at: 300 })
    expect(planDelivery(answered, DIGESTS, 300)).toMatchObject({ whole: null, poll: true })
  })

  it('whose answer comes late takes nothing back that a newer one said', () => {
    const passed = answer(withSent(POLLING, 3, false), accepted({ want: ['kernel'] }), { whole: ['sentinel'] })
    const late = answer(passed, HELD, { seq: 2, poll: poll(9_000) })

    expect(late).toMatchObject({ lastSeq: 3, wanted: ['kernel'] })
    expect(late.isPolling).toBe(false)
  })

  it('does not lift the pause that the collector asked for', () => {
    const refused: SendResult = { kind: 'retry-later', retryAfterMs: 20_000, problem: 'busy' }
    const shed = answer(withSent(POLLING, 3, false), refused, { whole: ['sentinel'] })
    const late = answer(shed, HELD, { seq: 2, poll: poll(9_000) })

    expect(planDelivery(late, CHANGED, 1)).toEqual({ kind: 'wait', untilMs: 25_000 })
  })

  it('that brings an ask at once, again and again, is no reason for patience', () => {
    let state = REPORTING
    for (let round = 0; round < 20; round++) {
      const asked = accepted({ held: true, ask: { id: `ask ${round}`, scan: false } })
      const told = answer(withSent(state, 2 * round, true), asked, { poll: poll(1) })
      state = answer(withSent(told, 2 * round + 1, false), accepted(), { whole: [] })
    }

    expect(planDelivery(state, DIGESTS, 0)).toMatchObject({ whole: null, poll: true })
  })

  it('is not asked for without end by a collector that says "held" and answers at once', () => {
    let state = REPORTING
    let at = 0
    let polls = 0
    for (; at < HOUR; polls++) {
      const plan = planDelivery(state, DIGESTS, at)
      if (plan.kind === 'wait') at = plan.untilMs ?? Infinity
      else state = answer(withSent(state, polls, true), HELD, { poll: poll(1), at })
    }

    expect(polls / 2).toBeLessThan(80)
  })
})

describe('a poll that is cut', () => {
  it('is no failure to reach the collector, and holds nothing back', () => {
    const cut = answer(POLLING, { kind: 'cut', afterMs: 30_000 }, { poll: poll(30_000), at: MINUTE })

    expect(cut.standing).toBe('reporting')
    expect(planDelivery(cut, CHANGED, MINUTE)).toMatchObject({ whole: ['sentinel'] })
  })

  it('is tried again after up to 10 s by chance', () => {
    const at = (random: number) =>
      planDelivery(
        answer(POLLING, { kind: 'cut', afterMs: 30_000 }, { poll: poll(30_000), by: { random: () => random } }),
        DIGESTS,
        -1,
      )

    expect([at(0), at(0.999)]).toEqual([
      { kind: 'wait', untilMs: 0 },
      { kind: 'wait', untilMs: 9_990 },
    ])
  })

  it('a second time is followed by a plain heartbeat first, which fails as any other', () => {
    const once = answer(POLLING, { kind: 'cut', afterMs: 5_000 }, { poll: poll(5_000) })
    const twice = answer(withSent(once, 3, true), { kind: 'cut', afterMs: 5_000 }, { poll: poll(5_000) })
    expect(planDelivery(twice, DIGESTS, 10_000)).toEqual({ kind: 'send', whole: null, poll: false })

    const gone: SendResult = { kind: 'retry-later', retryAfterMs: null, problem: 'down' }
    expect(answer(withSent(twice, 4, false), gone).standing).toBe('retrying')
    const there = answer(withSent(twice, 4, false), accepted())
    expect(planDelivery(there, DIGESTS, 0)).toEqual({ kind: 'send', whole: null, poll: true })
    const unheld = answer(withSent({ ...twice, isHolding: false }, 4, false), accepted())
    expect(planDelivery(unheld, DIGESTS, 0)).toEqual({ kind: 'send', whole: null, poll: true })
  })
})

describe('a proxy on the way', () => {
  it.each([
    [60, 70],
    [30, 160],
    [10, 420],
    [3, 250],
  ])('that cuts after %d s makes no server late, and no storm: at most %d requests an hour', (cutS, perHour) => {
    for (let server = 0; server < 20; server++) {
      const { longestGapMs, requests } = liveBehind(cutS * SECOND, 6 * HOUR, server)
      expect(longestGapMs).toBeLessThan(lateAfterMs(HEARTBEAT_MS) / 2)
      expect(requests / 6).toBeLessThanOrEqual(perHour)
    }
  })

  it('that swallows connections without a word makes no server late', () => {
    expect(liveBehind(30 * SECOND, 6 * HOUR, 1, 'silently').longestGapMs).toBeLessThan(lateAfterMs(HEARTBEAT_MS) / 2)
  })
})

/** An agent, a proxy that cuts idle connections, and a collector that holds answers, in made-up time. */
function liveBehind(cutMs: number, untilMs: number, seed: number, how: 'openly' | 'silently' = 'openly') {
  const chance = new Random(`proxy ${seed}`)
  const random = (): number => chance.next()
  const by = { spread: random(), random }
  let state = REPORTING
  let [at, contactAt, longestGapMs, requests] = [0, 0, 0, 0]
  while (at < untilMs) {
    const plan = planDelivery(state, DIGESTS, at)
    if (plan.kind === 'wait') {
      at = plan.untilMs ?? Infinity
      continue
    }
    requests += 1
    longestGapMs = Math.max(longestGapMs, at - contactAt)
    contactAt = at
    state = withSent(state, requests, plan.poll)
    if (!plan.poll) {
      state = answer(state, accepted(), { at, by })
      continue
    }
    const askedMs = holdToAskMs(state.hold, null, by.spread)
    const heldMs = askedMs * (1 - random() * 0.03)
    const isCut = heldMs >= cutMs
    const tookMs = !isCut ? heldMs : how === 'openly' ? cutMs : askedMs + 10_000
    at += tookMs
    const result: SendResult = isCut ? { kind: 'cut', afterMs: Math.min(tookMs, askedMs) } : HELD
    state = answer(state, result, { at, by, poll: { waitMs: askedMs, tookMs } })
  }
  return { longestGapMs, requests }
}

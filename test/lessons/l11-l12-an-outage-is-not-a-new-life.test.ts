// L11: under load, timeouts were read as "unknown agent", and a fleet enrolled itself to death.
// L12: after a 401 an agent stayed silent until it was enrolled anew, with a valid key in its hands.
// The agent's own delivery, driven through a day in virtual time.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { afterSend } from '../../agent/delivery/after-send.ts'
import { type DeliveryState, planDelivery, startDelivery } from '../../agent/delivery/delivery.ts'
import { toSendResult } from '../../agent/delivery/reply.ts'
import type { SendResult } from '../../agent/delivery/send-result.ts'
import { Random } from '../../scripts/prove/fuzz/random.ts'
import { SECTION_NAMES } from '../../shared/sections/names.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const AGENTS = 200
const DIGESTS = Object.fromEntries(SECTION_NAMES.map((name) => [name, `${name}-1`]))

type Collector = (nowMs: number, random: Random) => SendResult

const GOOD: SendResult = { kind: 'accepted', epoch: 'e1', want: [], nextInMs: MINUTE_MS, held: false, ask: null }
const answering = (status: number, headers = {}): SendResult => toSendResult({ status, headers, text: '{}' }, 0)

type Life = { sends: number; acceptedAtMs: number[]; state: DeliveryState }

/** One agent from start to `untilMs`; nobody restarts it. */
function live(collector: Collector, seed: string, untilMs: number): Life {
  const random = new Random(seed)
  const life: Life = { sends: 0, acceptedAtMs: [], state: startDelivery('1'.repeat(32)) }
  let nowMs = 0
  while (nowMs < untilMs) {
    const plan = planDelivery(life.state, DIGESTS, nowMs)
    if (plan.kind === 'wait') {
      if (plan.untilMs === null) break
      nowMs = Math.max(nowMs + 1, plan.untilMs)
      continue
    }
    const result = collector(nowMs, random)
    const poll = plan.poll ? { waitMs: MINUTE_MS, tookMs: 1 } : null
    const attempt = { seq: life.state.lastSeq + 1, whole: plan.whole, digests: DIGESTS, answers: null, poll }
    life.state = afterSend(life.state, attempt, result, {
      nowMs,
      capMs: 5 * MINUTE_MS,
      configuredHeartbeatMs: null,
      spread: random.next(),
      random: () => random.next(),
      newInstance: () => random.hex(32),
    })
    life.sends += 1
    if (result.kind === 'accepted') life.acceptedAtMs.push(nowMs)
    nowMs += 1
  }
  return life
}

const fleet = (collector: Collector, untilMs: number): Life[] =>
  Array.from({ length: AGENTS }, (_, index) => live(collector, `agent-${index}`, untilMs))

describe('L12: a collector that answers 401 for a day, and then knows its servers again', () => {
  const lives = fleet((nowMs) => (nowMs < DAY_MS ? answering(401) : GOOD), DAY_MS + 15 * MINUTE_MS)

  it('has every one of them back within a quarter of an hour, without a restart', () => {
    expect(lives.filter(({ acceptedAtMs }) => acceptedAtMs.length === 0)).toEqual([])
  })

  it('was not asked more often than a patient agent asks', () => {
    expect(Math.max(...lives.map(({ sends }) => sends))).toBeLessThan(500)
  })

  it('finds each agent with the identity it had', () => {
    expect(new Set(lives.map(({ state }) => state.instance))).toEqual(new Set(['1'.repeat(32)]))
  })
})

describe('L11: a collector that fails for a minute in every way', () => {
  const failures = [
    answering(500),
    answering(502),
    answering(503, { 'retry-after': '5' }),
    answering(504),
    answering(403),
    answering(404),
    { kind: 'retry-later', retryAfterMs: null, problem: 'no answer: ECONNRESET' },
  ] satisfies SendResult[]
  const lives = fleet((nowMs, random) => (nowMs < MINUTE_MS ? random.pick(failures) : GOOD), 20 * MINUTE_MS)

  it('never looks to its agents as if they were not known', () => {
    expect(lives.filter(({ state }) => state.standing !== 'reporting')).toEqual([])
  })

  it('cannot make an agent enrol, because no part of the resident agent can', () => {
    const files = readdirSync('agent', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    const enrolling = files.filter((name) => /enrolment\.ts'/.test(readFileSync(join('agent', name), 'utf8')))

    expect(enrolling).toEqual(['commands/enroll.ts'])
  })
})

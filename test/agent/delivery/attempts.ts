// Attempts to deliver and what came of them, without a network and without a clock.
import { type AfterSend, afterSend, type Attempt } from '../../../agent/delivery/after-send.ts'
import { type DeliveryState, type Digests, startDelivery } from '../../../agent/delivery/delivery.ts'
import type { SendResult } from '../../../agent/delivery/send-result.ts'
import { SECTION_NAMES, type SectionName } from '../../../shared/sections/names.ts'

export const ALL = [...SECTION_NAMES]
export const DIGESTS: Digests = {
  host: 'h1',
  boot: 'b1',
  sentinel: 's1',
  kernel: 'k1',
  listeners: 'l1',
  packages: 'p1',
  exposure: 'e1',
  processes: 'o1',
  updates: 'u1',
  components: 'c1',
}
export const CHANGED: Digests = { ...DIGESTS, sentinel: 's2' }
// Of a collector that does not hold its answers; polls have a file of their own.
export const FRESH: DeliveryState = { ...startDelivery('1'.repeat(32)), isHolding: false }
export const accepted = (want: SectionName[] = [], epoch = 'e1'): SendResult => ({
  kind: 'accepted',
  epoch,
  want,
  nextInMs: null,
  held: false,
  ask: null,
})
export const later = (retryAfterMs: number | null = null): SendResult => ({
  kind: 'retry-later',
  retryAfterMs,
  problem: 'down',
})
export const rejected: SendResult = { kind: 'rejected', problem: 'no' }
export const unauthorized: SendResult = { kind: 'unauthorized', problem: 'who?' }

export function send(
  state: DeliveryState,
  result: SendResult,
  given: { at?: number; digests?: Digests; whole?: readonly SectionName[] | null; by?: Partial<AfterSend> } = {},
): DeliveryState {
  const { at = 0, digests = DIGESTS, whole = ALL, by = {} } = given
  const attempt: Attempt = {
    seq: state.lastSeq + 1,
    whole,
    digests,
    answers: whole === null ? null : state.request,
    poll: null,
  }
  return afterSend(state, attempt, result, {
    nowMs: at,
    capMs: 300_000,
    configuredHeartbeatMs: null,
    spread: 0,
    random: () => 0,
    newInstance: () => '2'.repeat(32),
    ...by,
  })
}

export const REPORTING = send(FRESH, accepted())

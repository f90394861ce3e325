import { describe, expect, it } from 'vitest'
import { withPorts } from '../../../collector/ingest/exposure-events.ts'
import type { EventType } from '../../../shared/judgement/transition.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../../shared/sections/summaries.ts'

const row = (port: number, verdict: Listener['verdict'], rule?: string): Listener => ({
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port,
  verdict,
  reason: verdict === 'exposed' ? 'accept-rule' : 'policy-drop',
  ...(rule === undefined ? {} : { rule }),
})
const event = (type: EventType) => ({ type, cause: null, data: {} })
const dataOf = (type: EventType, before: Listener[] | null, after: Listener[] | undefined) =>
  withPorts([event(type)], before === null ? null : summarizeListeners(before), after)[0]?.data

describe('history', () => {
  it('says which port opened, by which rule, and how many others are open', () => {
    expect(
      dataOf('exposed', [row(80, 'filtered')], [row(80, 'exposed', 'dport 80 accept'), row(443, 'exposed')]),
    ).toEqual({
      protocol: 'tcp',
      family: 4,
      port: 80,
      unit: null,
      container: null,
      reason: 'accept-rule',
      rule: 'dport 80 accept',
      more: 1,
    })
  })

  it('says which port closed, and what stands before it now', () => {
    const after = [row(22, 'filtered'), row(80, 'filtered', 'policy drop')]

    expect(dataOf('no-longer-exposed', [row(80, 'exposed')], after)).toMatchObject({ port: 80, rule: 'policy drop' })
  })

  it('says so where nothing listens on it any more', () => {
    expect(dataOf('no-longer-exposed', [row(80, 'exposed')], [])).toMatchObject({ port: 80, reason: 'no-socket' })
  })

  it('names no port where none is known', () => {
    expect(dataOf('exposed', null, undefined)).toEqual({})
    expect(dataOf('no-longer-exposed', null, undefined)).toEqual({})
  })

  it('leaves other events as they are', () => {
    expect(dataOf('stale', [row(80, 'exposed')], [])).toEqual({})
  })
})

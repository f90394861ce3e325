import { describe, expect, it } from 'vitest'
import { judge } from '../../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { Observation } from '../../../shared/judgement/subject.ts'
import type { ListenersSummary } from '../../../shared/sections/summaries.ts'

const NOW = 1_795_000_000_000
const MINUTE_MS = 60_000
const REACHED: ListenersSummary = { count: 1, exposure: 'exposed', openPorts: [], openPortsCount: 0 }

function verdictOn(listeners: Observation<ListenersSummary> | undefined) {
  const contact = { lastAt: NOW, heartbeatMs: MINUTE_MS, goodbyeAt: null }
  const sections = listeners === undefined ? {} : { listeners }
  return judge({ application: null, sections, since: null, contact }, DEFAULT_POLICY, NOW)
}
const seen = (value: ListenersSummary) =>
  ({ outcome: 'observed', reason: null, readAt: NOW, value, failedSince: null }) as const
const failing = (value: ListenersSummary | null, failedSince: number) =>
  ({ outcome: 'failed', reason: 'EACCES', readAt: NOW, value, failedSince }) as const

describe('exposure', () => {
  it('is that of the worst listener', () => {
    expect(verdictOn(seen(REACHED)).exposure).toBe('exposed')
    expect(verdictOn(seen({ ...REACHED, exposure: 'filtered' })).exposure).toBe('filtered')
  })

  it('is unknown where listeners were never reported, or the host has none to show', () => {
    expect(verdictOn(undefined).exposure).toBe('unknown')
    const absent = { outcome: 'absent', reason: 'no /proc', readAt: NOW, value: null, failedSince: null } as const
    expect(verdictOn(absent).exposure).toBe('unknown')
  })

  it('stands on the last value for five minutes of failures, and is judged again when they are over', () => {
    const recent = verdictOn(failing(REACHED, NOW - 4 * MINUTE_MS))

    expect(recent).toMatchObject({ exposure: 'exposed' })
    expect(recent.nextJudgementAt).toBe(NOW + MINUTE_MS)
    expect(verdictOn(failing(REACHED, NOW - 5 * MINUTE_MS)).exposure).toBe('unknown')
    expect(verdictOn(failing(null, NOW)).exposure).toBe('unknown')
  })
})

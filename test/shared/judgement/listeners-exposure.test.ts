import { describe, expect, it } from 'vitest'
import { judge } from '../../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { Observation } from '../../../shared/judgement/subject.ts'
import type { ExposureSection } from '../../../shared/sections/exposure.ts'
import type { ListenersSummary } from '../../../shared/sections/summaries.ts'

const NOW = 1_795_000_000_000
const MINUTE_MS = 60_000
const REACHED: ListenersSummary = { count: 1, exposure: 'exposed', openPorts: [], openPortsCount: 0 }

function verdictOn(listeners: Observation<ListenersSummary> | undefined, exposure?: Observation<ExposureSection>) {
  const contact = { lastAt: NOW, heartbeatMs: MINUTE_MS, goodbyeAt: null }
  const sections = {
    ...(listeners === undefined ? {} : { listeners }),
    ...(exposure === undefined ? {} : { exposure }),
  }
  return judge({ application: null, sections, since: null, contact }, DEFAULT_POLICY, NOW)
}
const seen = <V>(value: V) => ({ outcome: 'observed', reason: null, readAt: NOW, value, failedSince: null }) as const
const failing = <V>(value: V | null, failedSince: number) =>
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

  it.each(['exposed', 'filtered'] as const)(
    'of %s listeners is unknown where the rules could not be read',
    (exposure) => {
      const read = verdictOn(seen({ ...REACHED, exposure }), seen({ tools: ['nft'] }))
      const unread = verdictOn(seen({ ...REACHED, exposure }), failing(null, NOW))

      expect(read.exposure).toBe(exposure)
      expect(unread.exposure).toBe('unknown')
    },
  )

  it('stands on rules read up to five minutes ago', () => {
    const rules = (minutes: number) => failing({ tools: [] }, NOW - minutes * MINUTE_MS)
    const recent = verdictOn(seen(REACHED), rules(4))

    expect(recent).toMatchObject({ exposure: 'exposed', nextJudgementAt: NOW + MINUTE_MS })
    expect(verdictOn(seen(REACHED), rules(5)).exposure).toBe('unknown')
    // The first of the two that ends counts.
    const both = verdictOn(failing(REACHED, NOW - 2 * MINUTE_MS), rules(3))
    expect(both.nextJudgementAt).toBe(NOW + 2 * MINUTE_MS)
  })

  it('is exposed by an operator who says so, whether or not the rules can be read', () => {
    const declared: ListenersSummary = { ...REACHED, isDeclaredExposed: true }

    expect(verdictOn(seen(declared), failing(null, NOW)).exposure).toBe('exposed')
  })

  it('is that of the listeners where nobody tells of rules: an older agent, or a host without a firewall to look at', () => {
    const absent = { outcome: 'absent', reason: 'not recorded', readAt: NOW, value: null, failedSince: null } as const

    expect(verdictOn(seen(REACHED)).exposure).toBe('exposed')
    expect(verdictOn(seen(REACHED), absent).exposure).toBe('exposed')
  })
})

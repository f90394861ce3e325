import { describe, expect, it } from 'vitest'
import { outdatedProcesses } from '../../../../shared/judgement/rules/outdated-processes.ts'
import type { Observation } from '../../../../shared/judgement/subject.ts'
import type { ProcessesSummary } from '../../../../shared/sections/summaries.ts'
import { FAILED_VALUE_USABLE_MS } from '../../../../shared/protocol/limits.ts'

const AT = 1_000_000_000
const SUMMARY: ProcessesSummary = {
  count: 3,
  units: ['nginx.service', 'ssh.service'],
  unitsCount: 2,
  packages: ['libssl3'],
}

function signalsOf(processes?: Partial<Observation<ProcessesSummary>>) {
  const whole = {
    outcome: 'observed',
    reason: null,
    readAt: AT,
    value: SUMMARY,
    failedSince: null,
    ...processes,
  } as const
  const sections = processes === undefined ? {} : { processes: whole }
  return outdatedProcesses({ sections, at: AT, ownKernel: true }).map(({ signal }) => signal)
}

describe('processes on replaced code', () => {
  it('are a hint that names units and packages, and no reason to restart the server', () => {
    expect(signalsOf({})).toEqual([
      {
        name: 'outdated-processes',
        value: '3 processes in nginx.service, ssh.service, with old libssl3',
        source: '/proc',
        readAt: AT,
        role: 'informs',
        says: 'not-required',
        why: '3 processes run code that was replaced on disk: a restart of their units may do.',
        packages: [],
      },
    ])
  })

  it('are no signal where there are none, or nobody looks', () => {
    const none = { count: 0, units: [], unitsCount: 0, packages: [] }
    expect(signalsOf({ value: none })).toEqual([])
    expect(signalsOf({ outcome: 'absent', reason: 'no scan', value: null })).toEqual([])
    expect(signalsOf()).toEqual([])
  })

  it('are not known, and never none, where the look failed for too long', () => {
    const failing = { outcome: 'failed', reason: 'no process could be read' } as const
    expect(signalsOf({ ...failing, failedSince: AT })[0]?.value).toContain('3 processes')
    expect(signalsOf({ ...failing, failedSince: AT - FAILED_VALUE_USABLE_MS })).toMatchObject([
      {
        role: 'informs',
        says: 'unknown',
        value: null,
        why: expect.stringContaining('no process could be read') as string,
      },
    ])
    const none = { count: 0, units: [], unitsCount: 0, packages: [], missing: 'some could not be read' }
    expect(signalsOf({ value: none })[0]?.why).toBe(
      'No process was found that runs replaced code. There may be more: some could not be read.',
    )
  })

  it('are counted where they are many, and need no unit', () => {
    const units = Array.from({ length: 5 }, (_, at) => `u${at}.service`)
    expect(signalsOf({ value: { ...SUMMARY, units, unitsCount: 9 } })[0]?.value).toContain('u4.service, 4 more, with')
    expect(signalsOf({ value: { count: 1, units: [], unitsCount: 0, packages: [] } })).toMatchObject([
      {
        value: '1 process',
        why: 'One process runs code that was replaced on disk: whoever runs them can start them anew.',
      },
    ])
  })
})

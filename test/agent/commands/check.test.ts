// What a host says about itself to monitoring.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkResult, type Limits } from '../../../agent/commands/check.ts'
import type { Judgement } from '../../../agent/commands/snapshot-judgement.ts'
import { AgentHost, buildAgentBundle } from '../../support/agent-bundle.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

let host: AgentHost
beforeEach(() => {
  host = new AgentHost(bundle, [])
})

const DAY_MS = 86_400_000

describe('check', () => {
  const check = (...flags: string[]) => host.command(['check', '--root', host.root, ...flags])

  it('is OK with performance data when nothing is pending', async () => {
    const { code, stdout } = await host.command(['check', '--root', 'test/fixtures/hosts/debian-12-clean'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^RESTART OK - [^|\n]+ \| 'pending_age'=0s;259200;1209600;0\n$/)
  })

  it('measures a pending restart against its limits', async () => {
    host.setFlag('libssl3')
    const { code, stdout } = await check('-w', '0s', '-c', '14d')

    expect(stdout).toMatch(/^RESTART (OK|WARNING) - Restart required .* \| 'pending_age'=\d+s;0;1209600;0\n$/)
    expect(code).toBe(stdout.startsWith('RESTART OK') ? 0 : 1)
  })

  it.each([
    [['-w', 'three days'], '-w three days'],
    [['-w', '5d', '-c', '3d'], '-w must not be longer than -c'],
    [['--critcal', '3d'], 'did you mean --critical'],
    [['--root', '/nowhere/at/all'], ''],
  ])('is UNKNOWN, never CRITICAL, when it cannot be run: %j', async (flags, why) => {
    const { code, stdout } = await host.command(['check', '--root', host.root, ...flags])

    expect(code).toBe(3)
    expect(stdout).toMatch(/^RESTART UNKNOWN - /)
    expect(stdout).toContain(why)
  })

  const limits: Limits = { warningMs: 3 * DAY_MS, criticalMs: 14 * DAY_MS }
  const now = Date.parse('2026-11-22T12:00:00Z')
  const judged = (state: Judgement['state'], ageMs: number | null) =>
    ({ state, since: ageMs === null ? null : new Date(now - ageMs).toISOString(), headline: 'Sentence.' }) as Judgement

  it.each([
    ['ok', null, 'OK'],
    ['deferrable', 40 * DAY_MS, 'OK'],
    ['restart-required', 3 * DAY_MS, 'OK'],
    ['restart-required', 3 * DAY_MS + 1, 'WARNING'],
    ['restart-required', 14 * DAY_MS, 'WARNING'],
    ['restart-required', 14 * DAY_MS + 1, 'CRITICAL'],
    ['restart-required', null, 'CRITICAL'],
    ['unknown', null, 'UNKNOWN'],
  ] as const)('calls %s, pending for %s ms, %s', (state, ageMs, status) => {
    expect(checkResult(judged(state, ageMs), limits, now, null).status).toBe(status)
  })

  it('has help that begins with examples', async () => {
    const { code, stdout, stderr } = await host.command(['help', 'check'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^overdue-agent check\n/)
  })
})

import { describe, expect, it } from 'vitest'
import { runsText, updatesFacts } from '../../../collector/cli/updates-text.ts'
import { toServerDocument } from '../../../collector/views/server-view.ts'
import { summarizeUpdates } from '../../../shared/sections/summaries.ts'
import type { UpdatesSection } from '../../../shared/sections/updates.ts'
import { absent, NOW, observed } from '../../shared/judgement/subjects.ts'
import { recordOf } from '../../support/judged-record.ts'

const HOUR = 3_600_000
const hoursAgo = (hours: number) => ({ uptimeMs: null, hostTime: new Date(NOW - hours * HOUR).toISOString() })
const UPDATES: UpdatesSection = {
  runs: [
    {
      at: hoursAgo(2),
      by: { kind: 'user', user: 'anna' },
      command: 'apt-get install\u001b[2J curl',
      error: null,
      isInterrupted: true,
      changes: [{ package: 'curl:amd64', from: '1', to: '2', action: 'upgrade' }],
      more: 0,
    },
    {
      at: { uptimeMs: null, hostTime: null },
      by: { kind: 'unattended', user: null },
      command: null,
      error: null,
      isInterrupted: false,
      changes: ['a', 'b', 'c', 'd'].map((name) => ({ package: name, from: null, to: '1', action: 'install' })),
      more: 3,
    },
  ],
  pending: {
    total: 3,
    security: 1,
    held: 1,
    phased: 2,
    packages: [
      { package: 'curl', from: '1', to: '2', isSecurity: true },
      { package: 'bash', from: '1', to: '2' },
    ],
    listsAt: hoursAgo(1),
  },
  unattendedUpgrades: {
    enabled: true,
    health: 'stalled',
    why: 'no scheduled run has succeeded for more than 48 hours',
    lastRunAt: hoursAgo(60),
    automaticReboot: true,
    automaticRebootTime: '02:00',
  },
  missing: {},
}
const record = (updates: UpdatesSection) => recordOf(1, { updates: observed(summarizeUpdates(updates)) })
const documentOf = (updates: UpdatesSection) => toServerDocument(record(updates), NOW, NOW, null, null, updates)
const time = (text: string) => text.slice(0, 10)

describe('the updates of a server', () => {
  it('are what waits, whether it upgrades itself, and who changed its packages', () => {
    const document = documentOf(UPDATES)

    expect(document.pending).toEqual({
      security: 1,
      total: 3,
      held: 1,
      phased: 2,
      listsAge: 3_600,
      listsAt: new Date(NOW - HOUR).toISOString(),
      packages: [
        { package: 'curl', from: '1', to: '2', security: true },
        { package: 'bash', from: '1', to: '2', security: false },
      ],
    })
    expect(document.unattendedUpgrades).toMatchObject({ enabled: true, healthy: false, automaticReboot: true })
    expect(document.packageRuns?.[0]).toMatchObject({ by: 'user', user: 'anna', interrupted: true, more: 0 })
    expect(document.updatesMissing).toEqual({
      pending: null,
      unattendedUpgrades: null,
      packageRuns: null,
      fixes: 'its agent does not tell',
    })
  })

  it.each([
    ['ok', true],
    ['disabled', false],
    ['unknown', null],
  ] as const)('whose health is %s are healthy: %j', (health, healthy) => {
    const unattendedUpgrades = {
      ...(UPDATES.unattendedUpgrades as NonNullable<UpdatesSection['unattendedUpgrades']>),
      health,
    }

    expect(documentOf({ ...UPDATES, unattendedUpgrades }).unattendedUpgrades?.healthy).toBe(healthy)
  })

  it('are null part by part where they could not be read, with the reason', () => {
    const missing = { runs: 'no log', pending: 'no apt', unattendedUpgrades: 'no apt' }

    expect(documentOf({ runs: null, pending: null, unattendedUpgrades: null, missing })).toMatchObject({
      pending: null,
      unattendedUpgrades: null,
      packageRuns: null,
      updatesMissing: { pending: 'no apt', unattendedUpgrades: 'no apt', packageRuns: 'no log' },
    })
  })

  it('are null as a whole where the host has none, or its agent does not tell, whatever the store still holds', () => {
    const none = recordOf(1, { updates: absent('rpm manages the packages: not read yet') })

    expect(toServerDocument(none, NOW, NOW, null, null, UPDATES)).toMatchObject({
      pending: null,
      updatesMissing: { pending: 'rpm manages the packages: not read yet' },
    })
    expect(toServerDocument(recordOf(1), NOW, NOW, null, null, UPDATES)).toMatchObject({
      packageRuns: null,
      updatesMissing: { packageRuns: 'its agent does not tell' },
    })
  })
})

describe('the updates of a server as text', () => {
  it('are two lines of facts', () => {
    expect(updatesFacts(documentOf(UPDATES), time)).toEqual([
      [
        'updates',
        `3 waiting, 1 of them security; 1 kept back; 2 deferred by phasing; lists of ${time(new Date(NOW - HOUR).toISOString())}`,
      ],
      [
        'unattended',
        `stalled: no scheduled run has succeeded for more than 48 hours; last success ${time(new Date(NOW - 60 * HOUR).toISOString())}; restarts by itself (02:00)`,
      ],
    ])
  })

  it('are a line for each run, without what steers a terminal', () => {
    const text = runsText(documentOf(UPDATES)).join('\n')

    expect(text).toContain('Packages changed')
    expect(text).toMatch(/anna +curl:amd64 1 -> 2 +apt-get install.*curl \(cut off\)/)
    expect(text).toMatch(/unattended-upgrades +a, b, c and 4 more/)
    expect(text).not.toContain('\u001b')
  })

  it('say why nothing is known', () => {
    const missing = { runs: 'no log', pending: 'no apt', unattendedUpgrades: 'no apt' }
    const document = documentOf({ runs: null, pending: null, unattendedUpgrades: null, missing })

    expect(updatesFacts(document, time)).toEqual([
      ['updates', 'not known: no apt'],
      ['unattended', 'not known: no apt'],
    ])
    expect(runsText(document)).toEqual(['', 'Who changed packages is not known: no log'])
  })
})

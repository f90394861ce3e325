import { describe, expect, it } from 'vitest'
import { historyLine } from '../../../collector/cli/history-text.ts'
import { historyList } from '../../../collector/dashboard/components/history-list.ts'
import { updatesPanel } from '../../../collector/dashboard/components/updates-panel.ts'
import { renderDocument } from '../../../collector/dashboard/html.ts'
import type { HistoryItem } from '../../../collector/views/history-view.ts'
import type { ServerDocument } from '../../../collector/views/server-view.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const AT = '2026-11-22T10:00:00.000Z'
const NOTHING_MISSING = { pending: null, unattendedUpgrades: null, packageRuns: null, fixes: null }

type Updates = Pick<ServerDocument, 'pending' | 'unattendedUpgrades' | 'packageRuns' | 'updatesMissing'>

const UPDATES: Updates = {
  pending: {
    total: 1_200,
    security: 2,
    held: 1,
    phased: 0,
    listsAge: 7_200,
    listsAt: AT,
    packages: [
      { package: 'curl', from: '1', to: '2', security: true },
      { package: 'bash', from: '1', to: '2', security: false },
    ],
  },
  unattendedUpgrades: {
    enabled: true,
    healthy: true,
    health: 'ok',
    lastRunAt: AT,
    why: null,
    automaticReboot: true,
    automaticRebootTime: '02:00',
  },
  packageRuns: [
    {
      at: AT,
      by: 'user',
      user: 'anna',
      command: '<b>apt</b>',
      error: null,
      interrupted: true,
      changes: [{ package: 'curl:amd64', from: '1', to: '2', action: 'upgrade' }],
      more: 4,
    },
  ],
  updatesMissing: NOTHING_MISSING,
}

/** What a person reads. */
function textOf(updates: Partial<Updates>): string {
  const markup = renderDocument(updatesPanel({ ...UPDATES, ...updates }, NOW))
  return markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

describe('the updates of a server on its page', () => {
  it('are what waits, whether it upgrades itself, and who changed packages', () => {
    const text = textOf({})

    expect(text).toContain('1,200, 2 of them security; 1 kept back (curl and 1 more)')
    expect(text).toContain('yes, and it works; last success 2 h ago')
    expect(text).toContain('yes, at 02:00')
    expect(text).toContain('curl:amd64 and 4 more (cut off)')
    expect(text).toContain('by anna, 2 h ago')
  })

  it('show a command as text, whatever it holds', () => {
    expect(renderDocument(updatesPanel(UPDATES, NOW))).toContain('&lt;b>apt&lt;/b>')
  })

  it('say why something is not known, and never that nothing waits', () => {
    const updatesMissing = {
      pending: 'no apt',
      unattendedUpgrades: 'no apt-config',
      packageRuns: 'no log',
      fixes: null,
    }
    const text = textOf({ pending: null, unattendedUpgrades: null, packageRuns: null, updatesMissing })

    expect(text).toContain('not known: no apt ')
    expect(text).toContain('not known: no apt-config')
    expect(text).toContain('not known: no log')
    expect(text).not.toContain('nothing')
  })

  it('say what is wrong with a host that upgrades itself, and why another does not', () => {
    const found = UPDATES.unattendedUpgrades as NonNullable<Updates['unattendedUpgrades']>
    const stalled = { ...found, healthy: false, health: 'stalled' as const, why: 'no run succeeded' }
    const disabled = { ...stalled, enabled: false, health: 'disabled' as const, why: 'it is masked' }

    expect(textOf({ unattendedUpgrades: stalled })).toContain('yes, but no run succeeded')
    expect(textOf({ unattendedUpgrades: disabled })).toContain('no: it is masked')
  })
})

describe('who changed packages in the history', () => {
  const item: HistoryItem = {
    id: 1,
    at: AT,
    serverId: 's1',
    serverName: 'web-1',
    application: null,
    type: 'package-changed',
    cause: null,
    data: {
      upgraded: [{ name: 'curl:amd64', from: '1', to: '2' }],
      removed: [],
      counts: { upgraded: 5, removed: 0 },
      runs: [{ at: AT, by: 'user', user: 'anna', command: 'apt upgrade' }],
    },
  }

  it('stands beside the names, on the page and on the command line', () => {
    const page = renderDocument(historyList([item], NOW))
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')

    expect(page).toContain('curl:amd64 and 4 more by anna apt upgrade , 2 h ago')
    expect(historyLine(item)).toContain('curl:amd64 +4  by anna')
  })

  it('is left out where the host did not tell, or tells something else', () => {
    const { runs: _, ...data } = item.data

    for (const told of [data, { ...data, runs: 'anna' }, { ...data, runs: [null, 7, { by: 1 }] }]) {
      expect(historyLine({ ...item, data: told })).not.toContain('by')
      expect(renderDocument(historyList([{ ...item, data: told }], NOW))).not.toContain('by ')
    }
  })
})

import { describe, expect, it } from 'vitest'
import { RecordRow } from '../../../collector/changes/query-row.ts'
import { createCoreWithServer, SimulatedAgent, type Core } from '../../support/store/collector-core.ts'
import { LISTENERS, PACKAGES, unseen, whole } from '../../support/store/reports.ts'

const NEWER = ['libssl3:amd64=3.0.18-1~deb12u1', 'openssl:amd64=3.0.17-1~deb12u2']

async function started(key = {}): Promise<{ core: Core & { id: string }; agent: SimulatedAgent }> {
  const core = await createCoreWithServer(key)
  const agent = new SimulatedAgent(core, core.id)
  await agent.beat()
  return { core, agent }
}
const packageEvents = (core: Core & { id: string }) => core.events(core.id).filter((type) => type === 'package-changed')

describe('a section that may be large', () => {
  it('is kept on disk, and on the record only what lists and judgement need of it', async () => {
    const { core } = await started()

    expect(core.store.storedValue(core.id, 'listeners')).toEqual(LISTENERS)
    expect(core.store.storedValue(core.id, 'packages')).toEqual(PACKAGES)
    expect(core.record(core.id).sections).toMatchObject({
      listeners: {
        outcome: 'observed',
        value: {
          count: 2,
          exposure: 'unknown',
          openPorts: [{ protocol: 'tcp', family: 4, port: 443, verdict: 'unknown' }],
          openPortsCount: 1,
        },
      },
      packages: { outcome: 'observed', value: { count: 2 } },
    })
    expect(JSON.stringify(core.record(core.id))).not.toContain('libssl3')
  })

  it('is found by what its summary keeps: units that run replaced code', async () => {
    const { core, agent } = await started()
    const group = {
      pids: [7],
      unit: 'nginx.service',
      command: 'nginx',
      user: 'root',
      packages: ['libssl3'],
      files: ['/x'],
    }
    const processes = { outdated: [{ ...group, remedy: 'restart' as const }], count: 1, missing: null }
    await agent.beat({ processes: whole(processes) })

    expect(core.store.storedValue(core.id, 'processes')).toEqual(processes)
    const summary = { count: 1, units: ['nginx.service'], unitsCount: 1, packages: ['libssl3'] }
    expect(core.record(core.id).sections.processes).toMatchObject({ outcome: 'observed', value: summary })
    expect(core.record(core.id).verdict).toMatchObject({ state: 'ok' })
    const row = new RecordRow(core.record(core.id), () => ({ at: null }))
    expect(row.outdatedUnits).toEqual(['nginx.service'])
  })

  it('tells history which service answers an open port with old code, and when it does no more', async () => {
    const { core, agent } = await started()
    const unit = 'nginx.service'
    const open = LISTENERS.map((row) => ({ ...row, verdict: 'exposed' as const, unit }))
    const group = { pids: [7], unit, command: 'nginx', user: 'root', packages: ['libssl3'], files: ['/x'] }
    const old = { outdated: [{ ...group, remedy: 'restart' as const }], count: 1, missing: null }
    await agent.beat({ listeners: whole(open), processes: whole(old) })
    await agent.beat({ listeners: whole(open), processes: whole({ outdated: [], count: 0, missing: null }) })

    const told = core.store.history({ serverId: core.id, limit: 10 }).filter(({ type }) => type.includes('service'))
    expect(told.map(({ type, data }) => ({ type, data })).toReversed()).toEqual([
      {
        type: 'outdated-service',
        data: { unit, packages: ['libssl3'], ports: ['tcp 443', 'tcp 5432'], remedy: 'restart' },
      },
      { type: 'service-current', data: { unit } },
    ])
  })

  it('is judged: a server that nobody can reach is filtered', async () => {
    const { core, agent } = await started()
    await agent.beat({ listeners: whole(LISTENERS.filter(({ verdict }) => verdict === 'filtered')) })

    expect(core.record(core.id).verdict.exposure).toBe('filtered')
  })

  it('keeps what was seen last while the host cannot look', async () => {
    const { core, agent } = await started()
    await agent.beat({ listeners: unseen('failed', 'EACCES') })

    expect(core.record(core.id).sections.listeners).toMatchObject({ outcome: 'failed', value: { count: 2 } })
    expect(core.store.storedValue(core.id, 'listeners')).toEqual(LISTENERS)
  })

  it('comes back after a collector that did not know it', async () => {
    const { core, agent } = await started()
    agent.restart()

    expect(await agent.beat()).toContain('accepted')
    expect(core.store.storedValue(core.id, 'packages')).toEqual(PACKAGES)
    expect(packageEvents(core)).toEqual([])
  })
})

describe('packages that change', () => {
  it('are one line of history', async () => {
    const { core, agent } = await started()
    await agent.beat({ packages: whole(NEWER) })

    const [newest] = core.store.history({ serverId: core.id, limit: 1 })
    expect(newest).toMatchObject({
      type: 'package-changed',
      data: {
        upgraded: [{ name: 'libssl3:amd64', from: '3.0.17-1~deb12u2', to: '3.0.18-1~deb12u1' }],
        counts: { upgraded: 1, downgraded: 0, installed: 0, removed: 0 },
      },
    })
    expect(core.store.storedValue(core.id, 'packages')).toEqual(NEWER)
  })

  it('are none for the first list of a server', async () => {
    const { core } = await started()

    expect(packageEvents(core)).toEqual([])
  })

  it.each([unseen('failed', 'dpkg is at work'), unseen('absent', 'there is no dpkg')])(
    'are the difference of two lists, whatever could not be seen in between: $outcome',
    async (gap) => {
      const { core, agent } = await started()
      await agent.beat({ packages: gap })
      await agent.beat({ packages: whole(PACKAGES) })
      expect(packageEvents(core)).toEqual([])
      await agent.beat({ packages: gap })
      await agent.beat({ packages: whole(NEWER) })

      expect(packageEvents(core)).toEqual(['package-changed'])
    },
  )

  it('are not told of a server that nobody has approved', async () => {
    const { core, agent } = await started({ approve: 'pending' })
    await agent.beat({ packages: whole(NEWER) })

    expect(core.events(core.id)).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { SECTION_NAMES } from '../../../shared/sections/names.ts'
import { createCore, createCoreWithServer, SimulatedAgent } from '../../support/store/collector-core.ts'
import { AUDIT, NOW } from '../../support/store/records.ts'
import {
  BOOT,
  digestOnly,
  FLAG,
  heartbeatOf,
  HOST,
  instanceOf,
  NO_FLAG,
  reportOf,
  rootOf,
  sectionsWith,
  unseen,
  whole,
} from '../../support/store/reports.ts'

const MINUTE = 60_000
const flagged = sectionsWith({ sentinel: whole(FLAG) })
const wanting = (want: readonly string[], seq: number) => ({
  kind: 'accepted',
  reply: expect.objectContaining({ want, seq }),
})

describe('the first report', () => {
  it('makes the server known', async () => {
    const core = await createCoreWithServer()

    const outcome = await core.report(core.id, reportOf(flagged, { seq: 7 }))

    expect(outcome).toEqual({
      kind: 'accepted',
      reply: { seq: 7, epoch: core.store.epoch, want: [], nextInMs: MINUTE },
    })
    expect(core.record(core.id)).toMatchObject({
      lastContactAt: NOW,
      lastReportAt: NOW,
      machineId: 'a'.repeat(32),
      verdict: { state: 'restart-required', reporting: 'current', packages: ['libssl3'] },
      boot: { bootedAt: NOW - 100_007, kernelBootId: 'boot-1' },
    })
    expect(core.events(core.id)).toEqual(['registered', 'restart-required'])
    expect(core.projection.lastContactAt(core.id)).toBe(NOW)
  })

  it('must bring every section', async () => {
    const core = await createCoreWithServer()
    const before = core.store.lastChangeId()
    const { kernel: _, ...three } = sectionsWith()

    const heartbeat = await core.report(core.id, heartbeatOf(sectionsWith(), { seq: 1 }))
    const partial = await core.report(core.id, reportOf(three, { seq: 2, root: rootOf(sectionsWith()) }))

    expect(heartbeat).toEqual(wanting(SECTION_NAMES, 1))
    expect(partial).toEqual(wanting(SECTION_NAMES, 2))
    expect(core.store.lastChangeId()).toBe(before)
    expect(core.record(core.id).verdict.reporting).toBe('never')
  })

  it('sets the pace that the host asks for', async () => {
    const core = await createCoreWithServer()
    const sections = sectionsWith({ host: whole({ ...HOST, heartbeatMs: 5_000 }) })

    const outcome = await core.report(core.id, reportOf(sections, { seq: 1 }))

    expect(outcome).toMatchObject({ reply: { nextInMs: 5_000 } })
    expect(core.record(core.id).heartbeatMs).toBe(5_000)
  })
})

describe('a heartbeat', () => {
  it('that says nothing new is not written, and is a contact', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(sectionsWith(), { seq: 1 }))
    const before = core.store.lastChangeId()
    core.clock.at += MINUTE

    const outcome = await core.report(core.id, heartbeatOf(sectionsWith(), { seq: 2 }))

    expect(outcome).toEqual(wanting([], 2))
    expect(core.store.lastChangeId()).toBe(before)
    expect(core.projection.lastContactAt(core.id)).toBe(NOW + MINUTE)
    expect([...core.projection.takeDirtyContacts()]).toEqual([[core.id, NOW + MINUTE]])
  })

  it('with a root we do not know is answered by asking for everything', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(sectionsWith(), { seq: 1 }))
    const before = core.store.lastChangeId()

    const outcome = await core.report(core.id, heartbeatOf(flagged, { seq: 2 }))

    expect(outcome).toEqual(wanting(SECTION_NAMES, 2))
    expect(core.store.lastChangeId()).toBe(before)
  })

  it('brings a silent server back', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(flagged, { seq: 1 }))
    await core.store.transact((tx) => {
      const record = core.record(core.id)
      tx.putServer({ ...record, verdict: { ...record.verdict, reporting: 'silent', reasons: ['silent'] } }, [], NOW)
    })
    core.clock.at += 60 * MINUTE

    await core.report(core.id, heartbeatOf(flagged, { seq: 2 }))

    expect(core.record(core.id).verdict).toMatchObject({ reporting: 'current', state: 'restart-required' })
    expect(core.events(core.id).at(-1)).toBe('back')
  })

  it('sees a policy that changed', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(flagged, { seq: 1 }))
    core.store.savePolicy({ ...core.policy(), unknownExposureCounts: true }, AUDIT)

    await core.report(core.id, heartbeatOf(flagged, { seq: 2 }))

    expect(core.record(core.id).verdict.reasons).toEqual(['exposed'])
  })
})

describe('what a report changes', () => {
  it('a flag that goes was cleared by hand, a new boot restarted', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id)
    await agent.beat()
    await agent.beat({ sentinel: whole(FLAG) })
    await agent.beat({ sentinel: whole(NO_FLAG) })
    await agent.beat({ sentinel: whole(FLAG) })
    agent.restart()
    await agent.beat({ boot: whole({ ...BOOT, runMarker: 'c'.repeat(32) }), sentinel: whole(NO_FLAG) })

    expect(core.events(core.id)).toEqual([
      'registered',
      'restart-required',
      'restart-cleared: flag-removed',
      'restart-required',
      'restart-cleared: restarted',
    ])
    expect(agent.outcomes).toEqual(Array.from({ length: 5 }, () => 'accepted'))
  })

  it('another boot forgets what an unreadable section said in the one before', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id, flagged)
    await agent.beat()
    agent.restart()
    await agent.beat({ boot: whole({ ...BOOT, runMarker: 'c'.repeat(32) }), sentinel: unseen('failed', 'EACCES') })

    expect(core.record(core.id).sections.sentinel?.value).toBeNull()
    expect(core.record(core.id).verdict).toMatchObject({ state: 'unknown', since: null })
  })

  it('another boot forgets the rules of the firewall that was read in the one before', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id, flagged)
    await agent.beat()
    expect(core.record(core.id).sections.exposure?.value).toEqual({ tools: ['nft'] })
    agent.restart()
    const exposure = unseen('failed', 'no scan of the firewall has answered yet')
    await agent.beat({ boot: whole({ ...BOOT, runMarker: 'c'.repeat(32) }), exposure })

    expect(core.record(core.id).sections.exposure?.value).toBeNull()
  })

  it('nothing but the history, where it only says why it was asked for', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(sectionsWith(), { seq: 1 }))
    const unchanged = Object.entries(sectionsWith()).map(([name, section]) => [name, digestOnly(section)])
    const asked = { ...reportOf(Object.fromEntries(unchanged), { seq: 2 }), reason: 'deploy of shop 4.2' }

    await core.report(core.id, asked)
    await core.report(core.id, asked)

    const [newest, ...older] = core.store.history({ serverId: core.id, limit: 10 })
    expect(newest).toMatchObject({ type: 'deploy-report', data: { reason: 'deploy of shop 4.2' } })
    expect(older.map(({ type }) => type)).toEqual(['registered'])
  })

  it('the history once, where a reason is told again because an answer got lost', async () => {
    const core = await createCoreWithServer()
    const asked = (seq: number, id = {}) => ({ ...reportOf(sectionsWith(), { seq }), reason: 'deploy', ...id })
    await core.report(core.id, asked(1, { reasonId: 'first' }))
    await core.report(core.id, heartbeatOf(sectionsWith(), { seq: 2 }))
    const before = core.store.lastChangeId()
    await core.report(core.id, asked(3, { reasonId: 'first' }))
    expect(core.store.lastChangeId()).toBe(before)
    await core.report(core.id, asked(4, { reasonId: 'second' }))
    // An agent that tells no identity means every report.
    await core.report(core.id, asked(5))
    await core.report(core.id, asked(6))

    expect(core.events(core.id).filter((type) => type === 'deploy-report')).toHaveLength(4)
  })

  it('is one change with its events, told to listeners before the answer', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(sectionsWith(), { seq: 1 }))
    const told: unknown[] = []
    core.store.onCommit((committed) =>
      told.push(...committed.map(({ change }) => change.events.map(({ type }) => type))),
    )

    await core
      .report(core.id, reportOf({ sentinel: whole(FLAG) }, { seq: 2, root: rootOf(flagged) }))
      .then(() => told.push('answered'))

    expect(told).toEqual([['restart-required'], 'answered'])
  })

  it('asks again for what is missing when the answer that asked got lost', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(sectionsWith(), { seq: 1 }))
    const changed = { ...sectionsWith({ host: whole({ ...HOST, name: 'web-2' }) }), sentinel: digestOnly(whole(FLAG)) }
    const report = reportOf(changed, { seq: 2 })

    const first = await core.report(core.id, report)
    const again = await core.report(core.id, report)
    const heartbeat = await core.report(core.id, heartbeatOf(changed, { seq: 3 }))

    expect(first).toEqual(wanting(['sentinel'], 2))
    expect(again).toEqual(wanting(['sentinel'], 2))
    expect(heartbeat).toEqual(wanting(SECTION_NAMES, 3))
  })
})

describe('a report that is refused changes nothing', () => {
  it('when it is older than what was heard', async () => {
    const core = await createCoreWithServer()
    await core.report(core.id, reportOf(sectionsWith(), { seq: 5 }))
    await core.report(core.id, heartbeatOf(sectionsWith(), { seq: 9 }))
    const before = core.record(core.id)

    expect(await core.report(core.id, reportOf(flagged, { seq: 5 }))).toEqual({ kind: 'sequence-behind', lastSeq: 9 })
    // Newer than anything written, but late: a heartbeat was heard after it.
    expect(await core.report(core.id, reportOf(flagged, { seq: 8 }))).toEqual({ kind: 'sequence-behind', lastSeq: 9 })
    expect(core.record(core.id)).toBe(before)
  })

  it('when a section contradicts its digest, and other servers do not notice', async () => {
    const core = await createCoreWithServer()
    const other = await core.enroll('other')
    const bad = sectionsWith({ sentinel: { ...whole(FLAG), digest: 'x'.repeat(22) } })
    const outcomes = await Promise.all([
      core.report(core.id, reportOf(bad, { seq: 1 })),
      core.report(other.kind === 'enrolled' ? other.serverId : '', reportOf(flagged, { seq: 1 })),
    ])

    expect(outcomes[0]).toMatchObject({ kind: 'invalid', errors: [{ pointer: '#/sections/sentinel/digest' }] })
    expect(outcomes[1]).toEqual(wanting([], 1))
    expect(core.record(core.id).sections).toEqual({})
  })

  it('when the server was removed, or never was', async () => {
    const core = await createCoreWithServer()
    await core.store.transact((tx) => tx.putServer({ ...core.record(core.id), lifecycle: 'removed' }, [], NOW))

    expect(await core.report(core.id, reportOf(flagged, { seq: 1 }))).toEqual({ kind: 'revoked' })
    expect(await core.report(core.id, heartbeatOf(flagged, { seq: 1 }))).toEqual({ kind: 'revoked' })
    expect(await core.report('snobody', reportOf(flagged, { seq: 1 }))).toEqual({ kind: 'revoked' })
  })
})

it('a server that waits for approval is kept up to date, counted nowhere and has no history', async () => {
  const core = await createCoreWithServer({ approve: 'pending' })

  await core.report(core.id, reportOf(flagged, { seq: 1 }))

  expect(core.record(core.id)).toMatchObject({ lifecycle: 'pending-approval', verdict: { state: 'restart-required' } })
  expect(core.events(core.id)).toEqual([])
  expect(core.projection.counts().total).toBe(0)
})

it('after a restart of the collector a heartbeat is enough', async () => {
  const core = await createCoreWithServer()
  await core.report(core.id, reportOf(flagged, { seq: 1 }))
  core.store.close()
  const directory = core.directory
  const again = createCore(directory)

  const outcome = await again.report(core.id, heartbeatOf(flagged, { seq: 2, instance: instanceOf(1) }))

  expect(outcome).toEqual(wanting([], 2))
  expect(again.record(core.id).verdict.state).toBe('restart-required')
})

// Reports that come twice, late, or from two live copies of one credential.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReportSections } from '../../../shared/protocol/report.ts'
import { createCoreWithServer, SimulatedAgent } from '../../support/store/collector-core.ts'
import { FLAG, heartbeatOf, HOST, NO_FLAG, reportOf, rootOf, sectionsWith, whole } from '../../support/store/reports.ts'

const MINUTE = 60_000
const flagged = sectionsWith({ sentinel: whole(FLAG) })

describe('two live copies of one credential', () => {
  it('are in conflict within five heartbeats, with the last trusted status kept', async () => {
    const core = await createCoreWithServer()
    const one = new SimulatedAgent(core, core.id, flagged, 5_000_000)
    const two = new SimulatedAgent(core, core.id, sectionsWith(), 1_000)
    await one.beat()
    const trusted: string[] = [core.record(core.id).verdict.state]
    let heartbeats = 0
    while (core.record(core.id).lifecycle === 'active' && heartbeats < 10) {
      heartbeats += 1
      core.clock.at += MINUTE / 2
      await two.beat()
      if (core.record(core.id).lifecycle === 'active') trusted.push(core.record(core.id).verdict.state)
      core.clock.at += MINUTE / 2
      await one.beat()
      if (core.record(core.id).lifecycle === 'active') trusted.push(core.record(core.id).verdict.state)
    }

    expect(core.record(core.id).lifecycle).toBe('conflict')
    expect(heartbeats).toBeLessThanOrEqual(5)
    expect(core.record(core.id).verdict.state).toBe(trusted.at(-1))
    expect(core.events(core.id).filter((type) => type === 'conflict')).toHaveLength(1)
    const before = core.store.lastChangeId()
    expect(await one.say()).toEqual({ kind: 'instance-conflict' })
    expect(await two.say()).toEqual({ kind: 'instance-conflict' })
    expect(core.store.lastChangeId()).toBe(before)
  })

  it('are told apart from a machine rewound to one snapshot again and again', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id)
    await agent.beat()
    const snapshot = agent.copy()
    await agent.beat()
    agent.restart()
    await agent.beat()

    for (let rewind = 0; rewind < 20; rewind++) {
      const rewound = snapshot.copy()
      core.clock.at += 1_000
      await rewound.beat()
      await rewound.beat({ sentinel: whole(rewind % 2 === 0 ? FLAG : NO_FLAG) })
      expect(core.record(core.id).verdict.state).toBe(rewind % 2 === 0 ? 'restart-required' : 'ok')
    }

    expect(core.record(core.id).lifecycle).toBe('active')
  })

  it('are told apart from a machine rewound while its process lives on', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id)
    await agent.beat()
    for (let rewind = 0; rewind < 20; rewind++) {
      const rewound = agent.copy()
      for (let n = 0; n < 5; n++) await agent.beat()
      await rewound.beat({ sentinel: whole(rewind % 2 === 0 ? FLAG : NO_FLAG) })
      expect(core.record(core.id).verdict.state).toBe(rewind % 2 === 0 ? 'restart-required' : 'ok')
    }

    expect(core.record(core.id).lifecycle).toBe('active')
  })

  it('are told apart from an agent that crashes and starts all the time', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id)
    for (let start = 0; start < 100; start++) {
      agent.restart()
      await agent.beat()
    }

    expect(core.record(core.id)).toMatchObject({ lifecycle: 'active', acceptance: { returnsAt: [] } })
    expect(new Set(agent.outcomes)).toEqual(new Set(['accepted']))
  })
})

describe('reports that are played back', () => {
  it('change nothing, in any order and any number', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id)
    for (let n = 0; n < 30; n++) {
      if (n % 10 === 9) agent.restart()
      await agent.beat({ sentinel: whole(n % 3 === 0 ? FLAG : NO_FLAG) })
      await agent.beat()
    }
    const before = { record: core.record(core.id), change: core.store.lastChangeId() }

    const outcomes = new Set<string>()
    for (let round = 0; round < 5; round++) {
      const order = round % 2 === 0 ? agent.sent : agent.sent.toReversed()
      for (const report of order) outcomes.add((await core.report(core.id, report)).kind)
    }

    expect(core.record(core.id)).toBe(before.record)
    expect(core.store.lastChangeId()).toBe(before.change)
    // The newest of all is a duplicate: its answer may have been lost.
    expect([...outcomes].sort()).toEqual(['accepted', 'instance-rebase', 'sequence-behind'])
  })

  it('and reordered, doubled or lost in any way end at the newest', async () => {
    const states = [sectionsWith(), flagged, sectionsWith({ host: whole({ ...HOST, name: 'web-2' }) })]
    const arrivals = fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 30 })

    await fc.assert(
      fc.asyncProperty(arrivals, async (order) => {
        const core = await createCoreWithServer()
        const sections = (seq: number) => states[seq % states.length] as ReportSections
        // Odd numbers are heartbeats: they announce a state without bringing it.
        const send = (seq: number) =>
          core.report(core.id, (seq % 2 === 1 ? heartbeatOf : reportOf)(sections(seq), { seq: seq + 1 }))
        await Promise.all(order.map(send))
        await core.report(core.id, reportOf(sections(20), { seq: 21 }))

        expect(core.record(core.id).acceptance).toMatchObject({ root: rootOf(sections(20)), complete: true })
        expect(core.record(core.id).sections.host?.value?.name).toBe('web-2')
      }),
      { numRuns: 30 },
    )
  })
})

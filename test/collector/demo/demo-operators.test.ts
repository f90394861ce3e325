import { describe, expect, it } from 'vitest'
import { seedDemo } from '../../../collector/demo/seed-demo.ts'
import { isSnoozed } from '../../../collector/store/records.ts'
import { TestCollector } from '../../support/test-collector.ts'

describe('an invented fleet', () => {
  it('has something of everything that pages show', async () => {
    const collector = new TestCollector()
    const { store, projection } = collector.ctx
    const heard = await seedDemo(store, 200, collector.clock.now())

    const servers = [...projection.all()]
    const active = servers.filter(({ lifecycle }) => lifecycle === 'active')
    const waiting = servers.filter(({ lifecycle }) => lifecycle === 'pending-approval')
    const snoozed = active.filter(isSnoozed)
    const declared = active.filter(({ declarations }) => (declarations ?? []).length > 0)
    const events = new Set(store.history({ limit: 5_000 }).map(({ type }) => type))
    const components = active.flatMap(({ id }) => store.storedValue(id, 'components')?.components ?? [])

    expect(active).toHaveLength(200)
    expect(waiting.map(({ id }) => heard.includes(id))).toEqual([true])
    expect(snoozed.length).toBeGreaterThan(1)
    expect(snoozed.filter(({ verdict }) => verdict.promoted)).toEqual([])
    expect(declared.length).toBeGreaterThan(0)
    expect(new Set(declared.map(({ verdict }) => verdict.exposure))).toEqual(new Set(['filtered']))
    expect(events).toEqual(events.union(new Set(['snoozed', 'snooze-ended', 'port-declared', 'silent', 'stale'])))
    expect(new Set(components.map(({ source }) => source))).toEqual(new Set(['package', 'language-manager']))
    await collector.close()
  })

  it('has an audit in order, whose actors are on the list of tokens', async () => {
    const collector = new TestCollector()
    const { store } = collector.ctx
    await seedDemo(store, 200, collector.clock.now())

    const audit = store
      .audit(1_000)
      .filter(({ action }) => action !== 'policy.seed')
      .toReversed()
    const moments = audit.map(({ at }) => at)
    const tokens = store.tokens().map(({ id }) => `token ${id}`)

    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
    expect(tokens).toContain(audit.find(({ action }) => action === 'server.snooze')?.actor)
    expect(store.joinKeys().map(({ uses }) => uses)).toEqual([1])
    await collector.close()
  })
})

import { describe, expect, it } from 'vitest'
import { componentEvents } from '../../../collector/ingest/component-changes.ts'
import type { Component, ComponentsSection } from '../../../shared/sections/components.ts'
import { createCoreWithServer, SimulatedAgent } from '../../support/store/collector-core.ts'
import { whole } from '../../support/store/reports.ts'

const of = (name: string, version: string | null, source: Component['source'] = 'package'): Component => ({
  name,
  version,
  source,
  path: source === 'package' ? null : `/opt/${name}`,
})
const section = (components: Component[], missing: string | null = null): ComponentsSection => ({ components, missing })
const told = (before: ComponentsSection, after: ComponentsSection) =>
  componentEvents(before, after).map(({ data }) => data)

describe('what history says of components', () => {
  it('is which came, went, and are of another version', () => {
    const before = section([of('nginx', '1.22'), of('redis', '7.0'), of('node', '20')])
    const after = section([of('nginx', '1.24'), of('ruby', '3.2'), of('node', '20')])
    expect(told(before, after)).toEqual([
      { name: 'nginx', from: '1.22', to: '1.24' },
      { name: 'redis', from: '7.0', to: null },
      { name: 'ruby', from: null, to: '3.2' },
    ])
  })

  it('is all versions of a name', () => {
    const ruby = (...versions: string[]) => section(versions.map((version) => of('ruby', version, 'language-manager')))
    expect(told(ruby('3.1.2'), ruby('3.2.2', '3.1.2'))).toEqual([{ name: 'ruby', from: '3.1.2', to: '3.1.2, 3.2.2' }])
  })

  it('is nothing of what could not be seen', () => {
    const before = section([of('nginx', '1.22'), of('ruby', '3.2', 'language-manager')])
    expect(told(before, section([of('nginx', '1.24')], 'no scan'))).toEqual([
      { name: 'nginx', from: '1.22', to: '1.24' },
    ])
    expect(told(section([], 'no scan'), before)).toEqual([{ name: 'nginx', from: null, to: '1.22' }])
  })

  it('is kept, and nothing for the first list of a server', async () => {
    const core = await createCoreWithServer()
    const agent = new SimulatedAgent(core, core.id)
    await agent.beat()
    expect(core.events(core.id)).not.toContain('component-changed')
    await agent.beat({ components: whole(section([of('nginx', '1.24')])) })

    const [newest] = core.store.history({ serverId: core.id, limit: 1 })
    expect(newest).toMatchObject({ type: 'component-changed', data: { name: 'nginx', from: '1.22.1-9', to: '1.24' } })
    expect(core.store.storedValue(core.id, 'components')?.components).toEqual([of('nginx', '1.24')])
  })
})

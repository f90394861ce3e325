import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { observed } from '../../../shared/sections/section.ts'
import { TestCollector } from '../../support/test-collector.ts'

describe('a server', () => {
  let collector: TestCollector
  beforeEach(() => {
    collector = new TestCollector()
  })
  afterEach(() => collector.close())

  it('enrols, reports a flag, and is listed as needing a restart', async () => {
    const server = await collector.enroll('web-1')
    server.report.raiseFlag(['linux-image-6.1.0-31-amd64', 'libssl3'])

    const answer = await collector.post(paths.report(), server.credential, server.report.whole())
    const list = await collector.get(paths.servers(), collector.createToken('reader'))

    expect(answer.json()).toMatchObject({ want: [] })
    expect(list.json()).toMatchObject({
      items: [
        { id: server.id, name: 'web-1', state: 'restart-required', packages: expect.arrayContaining(['libssl3']) },
      ],
      nextCursor: null,
      total: 1,
    })
  })

  it('tells what runs replaced code, at which port, and is found by the unit', async () => {
    const server = await collector.enroll('web-1')
    const place = { protocol: 'tcp', family: 4, port: 443 } as const
    const open = {
      ...place,
      address: '0.0.0.0',
      verdict: 'exposed',
      reason: 'accept-rule',
      unit: 'web.service',
    } as const
    const group = {
      pids: [7, 8],
      unit: 'web.service',
      command: 'nginx',
      user: 'root',
      packages: ['libssl3'],
      files: ['/x'],
    }
    server.report.state.listeners = observed([open])
    server.report.state.processes = observed({ outdated: [{ ...group, remedy: 'restart' }], count: 2, missing: null })

    const answer = await collector.post(paths.report(), server.credential, server.report.whole())
    expect(answer.json()).toMatchObject({ want: [] })

    const reader = collector.createToken('reader')
    const document = (await collector.get(paths.server(server.id), reader)).json<Record<string, unknown>>()
    const { pids, ...row } = group
    const told = {
      ...row,
      container: null,
      ports: [{ ...place, verdict: 'exposed' }],
      remedy: 'restart',
      isLocal: false,
    }
    expect(document).toMatchObject({ state: 'ok', outdated: { processes: 2, units: ['web.service'], unitsMore: 0 } })
    expect(document['outdatedProcesses']).toEqual(pids.map((pid) => ({ pid, ...told })))
    expect((await collector.get(`${paths.servers()}?q=unit:web`, reader)).json()).toMatchObject({ total: 1 })
    expect((await collector.get(`${paths.servers()}?q=unit:other`, reader)).json()).toMatchObject({ total: 0 })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
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
})

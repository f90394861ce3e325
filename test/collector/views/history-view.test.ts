import { expect, it } from 'vitest'
import { toHistoryItem } from '../../../collector/views/history-view.ts'
import { NOW } from '../../shared/judgement/subjects.ts'

it('a line of history keeps what happened and says when in UTC', () => {
  const record = {
    id: 12,
    at: NOW,
    serverId: 's1',
    serverName: 'web-1',
    application: null,
    type: 'restart-cleared',
    cause: 'restarted',
    data: { packages: ['libssl3'] },
  } as const

  expect(toHistoryItem(record)).toEqual({ ...record, at: '2026-01-15T12:00:00.000Z' })
})

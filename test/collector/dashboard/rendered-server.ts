// The page of one server as markup, made from a seed, and an event of its history.
import { renderDocument } from '../../../collector/dashboard/html.ts'
import { serverPage } from '../../../collector/dashboard/server-page.ts'
import type { HistoryRecord } from '../../../collector/store/records.ts'
import { stateStrip } from '../../../collector/views/charts/state-strip-view.ts'
import { toHistoryItem } from '../../../collector/views/history-view.ts'
import { toServerDocument } from '../../../collector/views/server-view.ts'
import { FLEET_NOW, serverRecord, type ServerSeed } from '../../support/believable-fleet.ts'
import { SHELL } from '../../support/page-markup.ts'

export function render(seed: Partial<ServerSeed>, history: HistoryRecord[] = []): string {
  const record = serverRecord({ name: 'web-01', ...seed })
  const server = toServerDocument(record, record.lastContactAt, FLEET_NOW)
  return renderDocument(
    serverPage(SHELL, {
      server,
      history: history.map(toHistoryItem),
      strip: stateStrip(record, [], FLEET_NOW),
      formToken: null,
      draft: null,
    }),
  )
}

export function event(changes: Partial<HistoryRecord>): HistoryRecord {
  return {
    id: 1,
    at: FLEET_NOW - 60_000,
    serverId: 's',
    serverName: 'web-01',
    application: null,
    type: 'registered',
    cause: null,
    data: {},
    ...changes,
  }
}

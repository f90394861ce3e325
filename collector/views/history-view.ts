// One line of history as the API answers it and pages show it.
import type { ClearCause, EventType } from '../../shared/judgement/transition.ts'
import type { HistoryRecord } from '../store/records.ts'
import { toRfc3339 } from './rfc3339.ts'

export type HistoryItem = {
  id: number
  /** When the collector accepted it, RFC 3339 UTC. */
  at: string
  serverId: string
  serverName: string
  application: string | null
  type: EventType
  cause: ClearCause | null
  data: Record<string, unknown>
}

export function toHistoryItem(record: HistoryRecord): HistoryItem {
  const { id, at, serverId, serverName, application, type, cause, data } = record
  return { id, at: toRfc3339(at), serverId, serverName, application, type, cause, data }
}

// Active servers rolled up by application.
import { applicationOf, type ServerRecord } from '../store/records.ts'
import { countRecord, zeroCounts, type Counts } from './counts.ts'

export type ApplicationGroup = {
  /** Null: the servers that belong to none. */
  name: string | null
  counts: Counts
  /** The restart pending for longest. */
  oldest: ServerRecord | null
}

/** In no particular order. */
export function groupByApplication(active: Iterable<ServerRecord>): ApplicationGroup[] {
  const groups = new Map<string | null, ApplicationGroup>()
  for (const record of active) {
    const name = applicationOf(record)
    let group = groups.get(name)
    if (group === undefined) groups.set(name, (group = emptyGroup(name)))
    addTo(group, record)
  }
  return [...groups.values()]
}

/** `servers`: those of this application, and no others. */
export function groupOf(name: string, servers: Iterable<ServerRecord>): ApplicationGroup {
  const group = emptyGroup(name)
  for (const record of servers) addTo(group, record)
  return group
}

function addTo(group: ApplicationGroup, record: ServerRecord): void {
  countRecord(group.counts, record, 1)
  if (isOlder(record, group.oldest)) group.oldest = record
}

export function emptyGroup(name: string | null): ApplicationGroup {
  return { name, counts: zeroCounts(), oldest: null }
}

function isOlder({ verdict }: ServerRecord, than: ServerRecord | null): boolean {
  if (verdict.state !== 'restart-required' || verdict.since === null) return false
  return verdict.since < (than?.verdict.since ?? Infinity)
}

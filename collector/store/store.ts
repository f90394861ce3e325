// The Store port. SQLite stands behind it today; one contract suite (test/collector/store/store-contract.ts) holds for all.
// Nothing outside a store's own file knows SQL.
import type { Policy } from '../../shared/judgement/policy.ts'
import type { EventType, HistoryEvent } from '../../shared/judgement/transition.ts'
import type {
  AuditRecord,
  ChangeRecord,
  DayCounts,
  DayTally,
  HistoryRecord,
  JoinKeyRecord,
  ServerRecord,
  SessionRecord,
  StoredSection,
  StoredValues,
  TokenRecord,
} from './records.ts'

/**
 * One unit of work, run synchronously inside a transaction that other units share (group commit). It reads the latest
 * state including earlier units of the same commit, computes, and writes last: a unit that throws before its first write
 * fails alone; whatever fails after that is rolled back and each unit is tried again in a transaction of its own.
 */
export interface Transaction {
  server(id: string): ServerRecord | null
  serverByCredentialHash(hash: string): ServerRecord | null
  /** Writes the record and its events as one change, and sets `revision` to the change's id on the record. */
  putServer(record: ServerRecord, events: HistoryEvent[], at: number): ChangeRecord
  /** The newest value of a large section; null: none was ever accepted. */
  storedValue<N extends StoredSection>(serverId: string, name: N): StoredValues[N] | null
  putStoredValue<N extends StoredSection>(serverId: string, name: N, value: StoredValues[N]): void
  /** Drops every large value of a server. */
  forgetStoredValues(serverId: string): void
  joinKey(id: string): JoinKeyRecord | null
  /** False when the key is spent, expired or revoked at `now`; else one use is taken. */
  takeJoinKeyUse(id: string, now: number): boolean
  appendAudit(entry: Omit<AuditRecord, 'id'>): void
}

/** What was committed, in order, after it is durable. */
export type CommitListener = (committed: readonly { change: ChangeRecord; record: ServerRecord }[]) => void

/** Times in epoch ms, `to` excluded. What is not given does not restrict. */
export type HistoryQuery = {
  serverId?: string
  isServerWanted?: (serverId: string) => boolean
  types?: readonly EventType[]
  /** As it was at the time of the event. */
  application?: string
  from?: number
  to?: number
  beforeId?: number
  /** At most 1,000. */
  limit: number
}

/** `nextBeforeId`: go on there, even when `records` is short; null: there is nothing further back. */
export type HistoryFound = { records: HistoryRecord[]; nextBeforeId: number | null }

export interface Store {
  /** Random id of this store's life; changes on restore. Agents that see a new one send everything. */
  readonly epoch: string
  /** Its servers are invented: everything that shows them says so. */
  readonly isDemo: boolean
  /** For good: what was invented never becomes real. */
  markAsDemo(): void
  /** Resolves after the commit that holds the work is synced to disk. */
  transact<T>(work: (tx: Transaction) => T): Promise<T>
  /** Called after each commit, before the waiting `transact` calls resolve. Returns the way to stop. */
  onCommit(listener: CommitListener): () => void
  /** All servers, for the projection at start. */
  loadServers(): Iterable<ServerRecord>
  /** Last contacts are no changes: written in batches. */
  saveContacts(contacts: ReadonlyMap<string, number>): void

  /** As in a transaction, of what is committed. */
  storedValue<N extends StoredSection>(serverId: string, name: N): StoredValues[N] | null
  /** Newest first. A search that finds little stops before it holds up everything else, and says where to go on. */
  searchHistory(query: HistoryQuery): HistoryFound
  /** The first lines of a search. */
  history(query: HistoryQuery): HistoryRecord[]
  /** Servers changed after the change `afterId`, each once with its newest, oldest first; null: no such change was made yet. */
  changesAfter(afterId: number, limit: number): { id: number; serverId: string }[] | null
  lastChangeId(): number
  /** Takes the place of what was counted that day before. Null is the whole fleet. */
  saveDayCounts(day: number, tallies: ReadonlyMap<string | null, DayTally>): void
  /** Oldest first, both ends included; a day without a row was not counted. Kept for three years. */
  dayCounts(application: string | null, fromDay: number, toDay: number): DayCounts[]

  policy(): Policy | null
  savePolicy(policy: Policy, audit: Omit<AuditRecord, 'id'>): void
  joinKeys(): JoinKeyRecord[]
  createJoinKey(key: JoinKeyRecord, audit: Omit<AuditRecord, 'id'>): void
  revokeJoinKey(id: string, at: number, audit: Omit<AuditRecord, 'id'>): boolean
  tokens(): TokenRecord[]
  token(id: string): TokenRecord | null
  createToken(token: TokenRecord, audit: Omit<AuditRecord, 'id'>): void
  revokeToken(id: string, at: number, audit: Omit<AuditRecord, 'id'>): boolean
  session(idHash: string): SessionRecord | null
  createSession(session: SessionRecord): void
  deleteSession(idHash: string): void
  /** Newest first; at most 1,000, older than `beforeId` where that is given. */
  audit(limit: number, beforeId?: number): AuditRecord[]
  /** Throws when the store does not answer. */
  check(): void
  close(): void
}

// Server rows: two JSON documents each (record-parts.ts), all of them in memory. What a transaction wrote stands aside
// until it is committed.
import type { HistoryEvent } from '../../../shared/judgement/transition.ts'
import type { Verdict } from '../../../shared/judgement/verdict.ts'
import type { ChangeRecord, ServerRecord } from '../records.ts'
import { StoreError } from '../store-error.ts'
import type { Connection } from './connection.ts'
import type { HistoryRows } from './history-rows.ts'
import { areOlderFacts, factsOf, haveSameFacts, joinRecord, type State, stateOf } from './record-parts.ts'

export type Committed = { change: ChangeRecord; record: ServerRecord }

/** `number` is the row's key on disk: finding a row by its id would cost another page for every report. */
type Row = {
  record: ServerRecord
  number: number
  lastHistoryId: number | null
  /** Its facts are as an earlier release wrote them. */
  hasOlderFacts: boolean
}

type Documents = [facts: Omit<ServerRecord, 'verdict'>, state: Partial<State>, verdict: Verdict]

const SELECT_ALL = `
SELECT servers.number, id, last_history_id,
  '[' || servers.document || ',' || states.document || ',' || verdict || ']' AS documents
FROM servers JOIN states ON states.number = servers.number`
const SELECT_CONTACTS = 'SELECT server_id, at FROM contacts'
const INSERT = 'INSERT INTO servers (number, id, credential_hash, document) VALUES (?, ?, ?, ?)'
const INSERT_STATE = 'INSERT INTO states (last_history_id, document, verdict, number) VALUES (?, ?, ?, ?)'
const UPDATE_STATE = 'UPDATE states SET last_history_id = ?, document = ?, verdict = ? WHERE number = ?'
// Naming credential_hash here would rewrite its index with every change of the facts.
const UPDATE = 'UPDATE servers SET document = ? WHERE number = ?'
const UPDATE_CREDENTIAL = 'UPDATE servers SET credential_hash = ? WHERE number = ?'
const SAVE_CONTACT = `
INSERT INTO contacts (server_id, at) VALUES (?, ?) ON CONFLICT (server_id) DO UPDATE SET at = excluded.at`

export class ServerRows {
  readonly #connection: Connection
  readonly #history: HistoryRows
  readonly #byId = new Map<string, Row>()
  readonly #idByCredential = new Map<string, string>()
  #lastNumber = 0
  /** The last id given out; `#lastCommittedChange` is what a rollback returns to. */
  #lastChange = 0
  #lastCommittedChange = 0
  #staged: Committed[] = []
  readonly #stagedById = new Map<string, Row>()
  readonly #stagedByCredential = new Map<string, string>()

  constructor(connection: Connection, history: HistoryRows) {
    this.#connection = connection
    this.#history = history
  }

  /** Reads every record into memory. */
  load(): void {
    // Two scans: joined, each row would look its contact up on other pages, a fifth of the time until the store is ready.
    const contacts = new Map<string, number>()
    for (const row of this.#connection.prepare(SELECT_CONTACTS).iterate()) {
      contacts.set(String(row['server_id']), Number(row['at']))
    }
    for (const row of this.#connection.prepare(SELECT_ALL).iterate()) {
      this.#keep(parseRow(row, contacts.get(String(row['id'])) ?? null))
    }
    this.#lastChange = this.#lastCommittedChange
  }

  *all(): Iterable<ServerRecord> {
    for (const { record } of this.#byId.values()) yield record
  }

  /** Latest state, with what this transaction wrote. */
  byId(id: string): ServerRecord | null {
    return this.#row(id)?.record ?? null
  }

  byCredentialHash(hash: string): ServerRecord | null {
    const id = this.#stagedByCredential.get(hash) ?? this.#idByCredential.get(hash)
    return id === undefined ? null : this.byId(id)
  }

  /** Id of the newest change that is committed. */
  get lastChangeId(): number {
    return this.#lastCommittedChange
  }

  /** The revision of a record is the id of its newest change: the log needs no rows of its own. */
  changesAfter(afterId: number, limit: number): { id: number; serverId: string }[] | null {
    if (afterId < 0 || afterId > this.#lastCommittedChange) return null
    const changed: { id: number; serverId: string }[] = []
    for (const { record } of this.#byId.values()) {
      if (record.revision > afterId) changed.push({ id: record.revision, serverId: record.id })
    }
    return changed.sort((a, b) => a.id - b.id).slice(0, limit)
  }

  /** Newest history row of a server; null if it has none. */
  lastHistoryId(id: string): number | null {
    return this.#row(id)?.lastHistoryId ?? null
  }

  /** Writes the record and its history rows. Memory follows in `publish`. */
  put(given: ServerRecord, events: readonly HistoryEvent[], at: number): ChangeRecord {
    const before = this.#row(given.id)
    this.#lastChange += 1
    const change: ChangeRecord = { id: this.#lastChange, serverId: given.id, at, events: [...events] }
    const record: ServerRecord = { ...given, revision: change.id }
    const lastHistoryId = this.#history.append(record, change, before?.lastHistoryId ?? null)
    const number = before?.number ?? this.#nextNumber()
    const row: Row = { record, number, lastHistoryId, hasOlderFacts: false }
    this.#write(row, before)
    this.#staged.push({ change, record })
    this.#stagedById.set(record.id, row)
    this.#stagedByCredential.set(record.credentialHash, record.id)
    return change
  }

  saveContacts(contacts: ReadonlyMap<string, number>): void {
    for (const [id, at] of contacts) this.#connection.run(SAVE_CONTACT, id, at)
  }

  /** The transaction is committed: the next one sees its records. Returns them in order. */
  publish(): readonly Committed[] {
    const committed = this.#staged
    this.#lastCommittedChange = this.#lastChange
    for (const row of this.#stagedById.values()) this.#keep(row)
    this.forget()
    return committed
  }

  /** The transaction was rolled back. */
  forget(): void {
    this.#lastChange = this.#lastCommittedChange
    this.#staged = []
    this.#stagedById.clear()
    this.#stagedByCredential.clear()
  }

  #row(id: string): Row | undefined {
    return this.#stagedById.get(id) ?? this.#byId.get(id)
  }

  /** A number given to a row that was rolled back is not used again; they do not run out. */
  #nextNumber(): number {
    this.#lastNumber += 1
    return this.#lastNumber
  }

  #write({ record, number, lastHistoryId }: Row, before: Row | undefined): void {
    const state = [lastHistoryId, JSON.stringify(stateOf(record)), JSON.stringify(record.verdict), number] as const
    if (before === undefined) {
      this.#connection.run(INSERT, number, record.id, record.credentialHash, JSON.stringify(factsOf(record)))
      this.#connection.run(INSERT_STATE, ...state)
      return
    }
    this.#connection.run(UPDATE_STATE, ...state)
    if (!before.hasOlderFacts && haveSameFacts(before.record, record)) return
    this.#connection.run(UPDATE, JSON.stringify(factsOf(record)), number)
    if (before.record.credentialHash !== record.credentialHash) {
      this.#connection.run(UPDATE_CREDENTIAL, record.credentialHash, number)
    }
  }

  #keep(row: Row): void {
    const { id, credentialHash } = row.record
    const before = this.#byId.get(id)?.record
    if (before !== undefined && before.credentialHash !== credentialHash) {
      this.#idByCredential.delete(before.credentialHash)
    }
    this.#byId.set(id, row)
    this.#idByCredential.set(credentialHash, id)
    this.#lastNumber = Math.max(this.#lastNumber, row.number)
    this.#lastCommittedChange = Math.max(this.#lastCommittedChange, row.record.revision)
  }
}

function parseRow(row: Record<string, unknown>, contactAt: number | null): Row {
  const { record, hasOlderFacts } = parseRecord(row)
  const isNewer = contactAt !== null && contactAt > (record.lastContactAt ?? 0)
  return {
    record: isNewer ? { ...record, lastContactAt: contactAt } : record,
    number: Number(row['number']),
    lastHistoryId: row['last_history_id'] as number | null,
    hasOlderFacts,
  }
}

function parseRecord(row: Record<string, unknown>): Pick<Row, 'record' | 'hasOlderFacts'> {
  try {
    // Parsed in one go: three texts of a server would take a fifth longer.
    const [facts, state, verdict] = JSON.parse(String(row['documents'])) as Documents
    return { record: { ...joinRecord(facts, state), verdict }, hasOlderFacts: areOlderFacts(state) }
  } catch (error) {
    throw new StoreError(
      `The stored record of server ${String(row['id'])} cannot be read`,
      'Restore a backup of the data folder',
      { cause: error },
    )
  }
}

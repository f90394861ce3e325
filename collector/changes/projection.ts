// The latest status of every server, in memory: what lists, summary and judgement read without asking the disk.
// Rebuilt from the store at start, then it follows the commits.
import type { ServerRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { countRecord, zeroCounts, type Counts } from './counts.ts'
import { OrderedServers } from './ordered-servers.ts'
import type { Contact, RecordRow } from './query-row.ts'

export type { Counts } from './counts.ts'

/** Where the stream of a server's reports stands, ahead of the store: heartbeats that change nothing are not written. */
export type StreamHead = { instance: string; seq: number; root: string }

const OVERTAKING_MS_MAX = 10_000

export class Projection {
  readonly #servers = new Map<string, ServerRecord>()
  readonly #ordered = new OrderedServers((id) => this.#contactOf(id))
  readonly #counts = zeroCounts()
  /** One object for each server as long as it lives: rows hold on to it. */
  readonly #contacts = new Map<string, Contact>()
  readonly #heads = new Map<string, StreamHead>()
  #dirtyContacts = new Map<string, number>()
  #newestContactAt: number | null = null

  constructor(store: Pick<Store, 'loadServers' | 'onCommit'>) {
    for (const record of store.loadServers()) this.#keep(record)
    store.onCommit((committed) => {
      for (const { record } of committed) this.#keep(record)
    })
  }

  /** Servers of every lifecycle. */
  get size(): number {
    return this.#servers.size
  }

  /** Whatever its lifecycle: an agent must be answered even when nobody counts its server. */
  get(id: string): ServerRecord | null {
    return this.#servers.get(id) ?? null
  }

  all(): Iterable<ServerRecord> {
    return this.#servers.values()
  }

  /** Active servers, most urgent first. The list stays as it is when servers change; ask again. */
  inOrder(): readonly ServerRecord[] {
    return this.#ordered.list()
  }

  /** The same servers, as queries ask them. */
  rowsInOrder(): readonly RecordRow[] {
    return this.#ordered.rows()
  }

  counts(): Readonly<Counts> {
    return this.#counts
  }

  /** Epoch ms; null: never heard. */
  lastContactAt(id: string): number | null {
    return this.#contacts.get(id)?.at ?? null
  }

  /** When an active server was heard last, epoch ms; null: never. */
  newestContactAt(): number | null {
    return this.#newestContactAt
  }

  /** The server was heard at `at`. Written to disk later, in batches: a contact is no change. */
  touch(id: string, at: number, head?: StreamHead): void {
    if (head !== undefined) this.#heads.set(id, head)
    const contact = this.#contactOf(id)
    if (!isNews(contact.at, at)) return
    contact.at = at
    this.#dirtyContacts.set(id, at)
    if (this.#servers.get(id)?.lifecycle !== 'active') return
    if (isNews(this.#newestContactAt, at)) this.#newestContactAt = at
  }

  /** Newest report or heartbeat heard since this process started; null if none. */
  streamHead(id: string): StreamHead | null {
    return this.#heads.get(id) ?? null
  }

  /** Contacts that are not on disk yet; the caller writes them, or gives them back. */
  takeDirtyContacts(): ReadonlyMap<string, number> {
    const dirty = this.#dirtyContacts
    this.#dirtyContacts = new Map()
    return dirty
  }

  /** Writing failed: they stay due, unless a newer contact came meanwhile. */
  returnDirtyContacts(contacts: ReadonlyMap<string, number>): void {
    for (const [id, at] of contacts) if (!this.#dirtyContacts.has(id)) this.#dirtyContacts.set(id, at)
  }

  #keep(record: ServerRecord): void {
    const before = this.#servers.get(record.id)
    if (before !== undefined) countRecord(this.#counts, before, -1)
    countRecord(this.#counts, record, 1)
    this.#servers.set(record.id, record)
    if (record.lifecycle === 'active') this.#ordered.set(record)
    else this.#ordered.remove(record.id)
    // Written for another reason, a record carries its old contact: no news, and ahead of a clock that was set back.
    if (before?.lastContactAt !== record.lastContactAt) this.#keepContact(record)
  }

  #contactOf(id: string): Contact {
    const known = this.#contacts.get(id)
    if (known !== undefined) return known
    const contact: Contact = { at: null }
    this.#contacts.set(id, contact)
    return contact
  }

  #keepContact({ id, lastContactAt, lifecycle }: ServerRecord): void {
    if (lastContactAt === null) return
    const contact = this.#contactOf(id)
    if (isNews(contact.at, lastContactAt)) contact.at = lastContactAt
    // Servers were heard at different times: an older one is no news of the fleet.
    if (lifecycle === 'active') this.#newestContactAt = Math.max(this.#newestContactAt ?? -Infinity, lastContactAt)
  }
}

/** Older by more than reports overtake each other: the clock was set back, and the known contact lies ahead of it. */
function isNews(known: number | null, at: number): boolean {
  return known === null || at > known || at < known - OVERTAKING_MS_MAX
}

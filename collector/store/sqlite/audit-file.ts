// audit.log: the audit beside the database, so that a restored backup can learn what was revoked after it was made.
//
// Theory of operation. The table is written first, with what it tells of, in one transaction; the file follows. Whatever
// a crash or a full disk kept out of the file is appended with the next line, or at the next start. So the file can never
// be ahead of its database, and a database that knows less than the file is an older one that somebody put in its place.
// Who appends holds the write lock of the database: the command line and the server never write the same line twice.
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import type { AuditRecord } from '../records.ts'
import { CHAIN_START, type ChainedRecord, formatLine, hashOf, parseLine } from '../audit-chain.ts'
import { StoreError } from '../store-error.ts'
import type { Connection } from './connection.ts'
import type { PolicyRows } from './policy-rows.ts'

const TAIL_BYTES = 64 * 1024
const ROWS_AT_ONCE = 1_000

export class AuditFile {
  readonly #path: string
  readonly #connection: Connection
  readonly #rows: PolicyRows

  constructor(path: string, connection: Connection, rows: PolicyRows) {
    this.#path = path
    this.#connection = connection
    this.#rows = rows
  }

  /** Appends what the table has and the file has not. Throws StoreError when the file is ahead of the table. */
  follow(): void {
    this.#connection.transaction(() => {
      const file = openSync(this.#path, 'a+', 0o600)
      try {
        this.#append(file)
      } finally {
        closeSync(file)
      }
    })
  }

  /** The same after a commit that stands: what could not be appended waits for the next line. */
  followOrWarn(): void {
    try {
      this.follow()
    } catch (error) {
      process.emitWarning(`${this.#path} could not be written and is behind: ${String(error)}`)
    }
  }

  #append(file: number): void {
    const last = this.#last(file)
    if (last !== null) this.#requireKnown(last)
    let { id, hash } = last === null ? { id: 0, hash: CHAIN_START } : { id: last.record.id, hash: last.hash }
    for (;;) {
      const records = this.#rows.auditAfter(id, ROWS_AT_ONCE)
      if (records.length === 0) return
      const lines: string[] = []
      for (const record of records) {
        const line = formatLine(record, hash)
        lines.push(`${line.text}\n`)
        hash = line.hash
        id = record.id
      }
      writeSync(file, lines.join(''))
      fdatasyncSync(file)
    }
  }

  /** The last whole line; what a crash left of one is cut off. Null for an empty file. Throws StoreError. */
  #last(file: number): ChainedRecord | null {
    const { size } = fstatSync(file)
    for (let bytes = TAIL_BYTES; ; bytes *= 2) {
      const tail = readTail(file, size, bytes)
      const end = tail.lastIndexOf(0x0a)
      const start = end <= 0 ? -1 : tail.lastIndexOf(0x0a, end - 1)
      const isWhole = tail.length === size
      if (start === -1 && !isWhole) continue
      const torn = tail.length - (end + 1)
      if (torn > 0) ftruncateSync(file, size - torn)
      if (end === -1) return null
      const line = parseLine(tail.toString('utf8', start + 1, end))
      if (line !== null) return line
      throw new StoreError(`The last line of ${this.#path} is damaged`, 'Move the file away: a new one is written')
    }
  }

  #requireKnown({ record, previous, hash }: ChainedRecord): void {
    const known: AuditRecord | null = this.#rows.auditRecord(record.id)
    if (known !== null && hashOf(known, previous) === hash) return
    throw new StoreError(
      `${this.#path} tells of what the database beside it does not know: the database is an older one, or another's`,
      'Put a backup in place with "overdue-collector restore FILE": it revokes again what was revoked since. ' +
        'Only if this file is not of this collector, move it away',
    )
  }
}

function readTail(file: number, size: number, bytes: number): Buffer {
  const tail = Buffer.alloc(Math.min(size, bytes))
  readSync(file, tail, 0, tail.length, size - tail.length)
  return tail
}

// Syncs the write-ahead log from outside. SQLite can sync it with each commit, with the whole process waiting; it is the
// same fdatasync(2) of the same file when we do it, and only what waits for it waits.
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import type { Disk } from './sync-queue.ts'

export type WalFile = Disk & { close(): void }

/** `database`: the file that the log belongs to. The log is there from the first transaction on, and stays while the database is open. */
export function walFileOf(database: string): WalFile {
  let descriptor: number | null = null
  const opened = () => (descriptor ??= openSync(`${database}-wal`, 'r+'))
  return {
    sync: (done) => fdatasync(opened(), done),
    syncNow: () => fdatasyncSync(opened()),
    close() {
      if (descriptor !== null) closeSync(descriptor)
      descriptor = null
    },
  }
}

// Brings a database to the version this code reads. A step only ever adds (expand); what it replaces goes away in a later
// release (contract), so that the release before still runs on the data.
import { rmSync } from 'node:fs'
import { StoreError } from '../store-error.ts'
import type { Connection } from './connection.ts'
import { type DataFiles, makePrivate } from './data-folder.ts'
import { init } from './migrations/0001-init.ts'
import { sections } from './migrations/0002-sections.ts'
import { states } from './migrations/0003-states.ts'
import { verdictsAlone } from './migrations/0004-verdicts-alone.ts'
import { dayCounts } from './migrations/0005-day-counts.ts'

/** The position of a step is its version: the first makes version 1. Never edit one that was released. */
export const MIGRATIONS: readonly string[] = [init, sections, states, verdictsAlone, dayCounts]

/** "OVDU": tells our file from any other SQLite database. */
const APPLICATION_ID = 0x4f564455

/** Version of the data: 0 for a file nothing was written to. Throws StoreError for a foreign or a newer file. */
export function readVersion(connection: Connection, files: DataFiles, ours: number): number {
  const version = pragma(connection, 'user_version')
  const tables = connection.get("SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table'")?.['tables']
  if (tables !== 0 && pragma(connection, 'application_id') !== APPLICATION_ID) {
    throw new StoreError(`${files.database} is not a database of Overdue`, 'Name another folder as dataDir')
  }
  if (version > ours) {
    throw new StoreError(
      `The data folder ${files.directory} has schema version ${version}, this collector knows versions up to ${ours}`,
      'Start the newer collector that wrote it, or restore a backup made before the upgrade',
    )
  }
  return version
}

/** Runs the missing steps, each in a transaction of its own, after a copy of data that is already there. */
export function migrate(connection: Connection, files: DataFiles, version: number, steps = MIGRATIONS): void {
  if (version > 0 && version < steps.length)
    copyBefore(connection, `${files.database}.v${version}-before-v${steps.length}`)
  for (const [index, step] of steps.entries()) {
    if (index >= version) applyStep(connection, step, index + 1)
  }
}

function applyStep(connection: Connection, step: string, version: number): void {
  connection.transaction(() => {
    connection.database.exec(step)
    connection.database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    connection.database.exec(`PRAGMA user_version = ${version}`)
  })
}

/** VACUUM INTO wants a file that is missing or empty; an older copy is of an attempt that never went on. */
function copyBefore(connection: Connection, copy: string): void {
  rmSync(copy, { force: true })
  makePrivate(copy)
  connection.run('VACUUM INTO ?', copy)
}

function pragma(connection: Connection, name: 'user_version' | 'application_id'): number {
  return Number(connection.get(`PRAGMA ${name}`)?.[name])
}

// Large values of sections, on disk only. Compressed: a list of 3,000 packages is 130 KB of JSON, and a thousand servers
// have nearly the same one each.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { StoredSection, StoredValues } from '../records.ts'
import type { Connection } from './connection.ts'

const SELECT = 'SELECT value FROM sections WHERE server_id = ? AND name = ?'
const SAVE = `
INSERT INTO sections (server_id, name, value) VALUES (?, ?, ?)
ON CONFLICT (server_id, name) DO UPDATE SET value = excluded.value`

export class SectionRows {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Null when the server never sent one. */
  read<N extends StoredSection>(serverId: string, name: N): StoredValues[N] | null {
    const value = this.#connection.get(SELECT, serverId, name)?.['value']
    if (!(value instanceof Uint8Array)) return null
    return JSON.parse(zstdDecompressSync(value).toString('utf8')) as StoredValues[N]
  }

  forget(serverId: string): void {
    this.#connection.run('DELETE FROM sections WHERE server_id = ?', serverId)
  }

  save<N extends StoredSection>(serverId: string, name: N, value: StoredValues[N]): void {
    this.#connection.run(SAVE, serverId, name, zstdCompressSync(JSON.stringify(value)))
  }
}

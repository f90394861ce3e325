// A data folder with many believable servers, for measuring. Written through the store's own transaction.
import { randomBytes } from 'node:crypto'
import { createServerId } from '../../collector/ingest/enroll-server.ts'
import { openSqliteStore } from '../../collector/store/sqlite-store.ts'
import { systemClock } from '../../shared/clock.ts'
import { serverRecord, type ServerSeed } from '../../test/support/believable-fleet.ts'

const DAY_MS = 86_400_000
const BATCH = 256

export async function seedFleet(directory: string, count: number): Promise<void> {
  const store = openSqliteStore({ directory, clock: systemClock, mode: 'serve' })
  const now = Date.now()
  for (let start = 0; start < count; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - start) }, (_, i) => seedOf(start + i))
    await Promise.all(
      batch.map((seed) => {
        // The store finds servers by their hash: it has to be one of a kind, and must match no secret.
        const record = { ...serverRecord(seed, now), credentialHash: randomBytes(32).toString('base64url') }
        return store.transact((tx) => tx.putServer(record, [{ type: 'registered', cause: null, data: {} }], now))
      }),
    )
  }
  store.close()
}

/** A tenth needs a restart, for up to two months; the rest is quiet. */
function seedOf(i: number): ServerSeed {
  const base = {
    name: `server-${String(i).padStart(6, '0')}.example.net`,
    id: createServerId(),
    application: ['shop', 'mail', 'ci', 'backup', 'billing'][i % 5] ?? 'shop',
    environment: i % 7 === 0 ? 'staging' : 'prod',
  }
  if (i % 10 !== 0) return base
  return { ...base, flag: ['linux-image-6.1.0-41-amd64', 'libssl3'], pendingMs: ((i / 10) % 60) * DAY_MS + i }
}

// A data folder with many servers that have reported before, and what their agents need to go on where they left off.
import { randomBytes } from 'node:crypto'
import { createServerId } from '../../../collector/ingest/enroll-server.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import type { Store } from '../../../collector/store/store.ts'
import { systemClock } from '../../../shared/clock.ts'
import { formatSecret, hashSecret } from '../../../shared/secret.ts'
import { serverRecord } from '../../../test/support/believable-fleet.ts'
import { loadServer, secretOf } from '../../benchmarks/report-bodies.ts'
import { DIGESTS, ROOT } from './herd-report.ts'

const BATCH = 256

export type HerdServer = { id: string; authorization: string; instance: string }
/** `token`: of an operator. `epoch`: of the store. */
export type Herd = { servers: HerdServer[]; token: string; epoch: string }

export async function seedHerd(directory: string, count: number): Promise<Herd> {
  const store = openSqliteStore({ directory, clock: systemClock, mode: 'serve' })
  try {
    const servers: HerdServer[] = []
    for (let start = 0; start < count; start += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, count - start) }, (_, i) => start + i)
      servers.push(...(await Promise.all(numbers.map((n) => seedServer(store, n)))))
    }
    return { servers, token: seedToken(store), epoch: store.epoch }
  } finally {
    store.close()
  }
}

/** One in ten belongs to application `shop`. */
async function seedServer(store: Store, n: number): Promise<HerdServer> {
  const id = createServerId()
  const instance = randomBytes(16).toString('hex')
  const now = Date.now()
  const seed = { id, name: `server-${n}`, application: n % 10 === 0 ? 'shop' : 'mail', environment: 'prod' }
  const acceptance = {
    instance,
    seq: 1,
    root: ROOT,
    complete: true,
    digests: DIGESTS,
    formerInstances: [],
    returnsAt: [],
  }
  const record = { ...serverRecord(seed, now), acceptance, credentialHash: hashSecret(secretOf(n)) }
  await store.transact((tx) => tx.putServer(record, [], now))
  return { ...loadServer(id, n), instance }
}

function seedToken(store: Store): string {
  const [id, secret, now] = [randomBytes(8).toString('hex'), randomBytes(32).toString('base64url'), Date.now()]
  const audit = { at: now, actor: 'herd', action: 'token.create', subject: id, detail: {} }
  const token = { id, secretHash: hashSecret(secret), name: 'herd', role: 'operator', createdAt: now } as const
  store.createToken({ ...token, expiresAt: null, revokedAt: null }, audit)
  return formatSecret('ovdt', id, secret)
}

// Fills a store with an invented fleet, its history, oldest event first, and its days, and marks it as what it is.
import { randomBytes } from 'node:crypto'
import { createServerId } from '../ingest/enroll-server.ts'
import type { Store, Transaction } from '../store/store.ts'
import { addDemoAccess, waitingServer } from './demo-access.ts'
import { withOperators, type Said } from './demo-operators.ts'
import { pastDays, pastOf, presentOf } from './demo-past.ts'
import { demoServer, type DemoServer } from './demo-server.ts'

const BATCH_COUNT = 256

type Step = Omit<Said, 'event'> & { event: Said['event'] | null; server: DemoServer; isFirst?: boolean }

/**
 * Returns the ids of those that are still heard. One server more than `count` waits for approval. `onProgress` is told how
 * many of how many steps are done.
 */
export async function seedDemo(
  store: Store,
  count: number,
  now: number,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<string[]> {
  store.markAsDemo()
  const { by, joinKey } = addDemoAccess(store, now)
  const lives = Array.from({ length: count }, (_, index) => {
    const server = demoServer(index, now, createIdentity())
    const past = pastOf(server, index, now)
    return { ...withOperators(server, index, now, past, by), past: [...past, ...presentOf(server, now)] }
  })
  const waiting = waitingServer(count, now, createIdentity(), joinKey.id)
  const steps = [...lives.flatMap(stepsOf), arrival(waiting)].toSorted((a, b) => a.at - b.at)
  for (let start = 0; start < steps.length; start += BATCH_COUNT) {
    const batch = steps.slice(start, start + BATCH_COUNT)
    await Promise.all(batch.map((step) => store.transact((tx) => write(tx, step))))
    onProgress(start + batch.length, steps.length)
  }
  const servers = lives.map(({ server }) => server)
  for (const { day, tallies } of pastDays(servers, now)) store.saveDayCounts(day, tallies)
  return [...servers, waiting].filter(({ isHeard }) => isHeard).map(({ record }) => record.id)
}

/** The store finds servers by their hash: it has to be one of a kind, and must match no secret. */
function createIdentity(): { id: string; credentialHash: string } {
  return { id: createServerId(), credentialHash: randomBytes(32).toString('base64url') }
}

type Life = { server: DemoServer; past: readonly Said[]; said: readonly Said[] }

function stepsOf({ server, past, said }: Life): Step[] {
  const registered = { type: 'registered', cause: null, data: {} } as const
  const first: Step = { at: server.record.createdAt, event: registered, server, isFirst: true }
  return [first, ...[...past, ...said].map((one) => ({ ...one, server }))]
}

/** What happens to a server that waits is nobody's news; who let it come is in the audit. */
function arrival(server: DemoServer): Step {
  const { id: subject, createdAt: at, joinKeyId, enrolledName: name, lifecycle } = server.record
  const audit = { at, actor: `join-key:${joinKeyId}`, action: 'server.enroll', subject, detail: { name, lifecycle } }
  return { at, event: null, server, audit, isFirst: true }
}

function write(tx: Transaction, { server, event, at, audit, isFirst }: Step): void {
  const { record, stored } = server
  tx.putServer(record, event === null ? [] : [event], at)
  if (audit !== undefined) tx.appendAudit(audit)
  if (isFirst !== true) return
  if (record.joinKeyId !== null) tx.takeJoinKeyUse(record.joinKeyId, at)
  tx.putStoredValue(record.id, 'listeners', stored.listeners)
  tx.putStoredValue(record.id, 'processes', stored.processes)
  tx.putStoredValue(record.id, 'updates', stored.updates)
  tx.putStoredValue(record.id, 'components', stored.components)
}

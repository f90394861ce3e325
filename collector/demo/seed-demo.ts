// Fills a store with an invented fleet, its history, oldest event first, and its days, and marks it as what it is.
import { randomBytes } from 'node:crypto'
import { createServerId } from '../ingest/enroll-server.ts'
import type { Store } from '../store/store.ts'
import { pastDays, pastOf, presentOf, type Past } from './demo-past.ts'
import { demoServer, type DemoServer } from './demo-server.ts'

const BATCH_COUNT = 256

type Step = Past & { server: DemoServer }

/** Returns the ids of those that are still heard. `onProgress` is told how many of how many steps are done. */
export async function seedDemo(
  store: Store,
  count: number,
  now: number,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<string[]> {
  store.markAsDemo()
  const servers = Array.from({ length: count }, (_, index) => {
    // The store finds servers by their hash: it has to be one of a kind, and must match no secret.
    return demoServer(index, now, { id: createServerId(), credentialHash: randomBytes(32).toString('base64url') })
  })
  const steps = servers.flatMap((server, index) => stepsOf(server, index, now)).toSorted((a, b) => a.at - b.at)
  for (let start = 0; start < steps.length; start += BATCH_COUNT) {
    const batch = steps.slice(start, start + BATCH_COUNT)
    await Promise.all(batch.map((step) => store.transact((tx) => write(tx, step))))
    onProgress(start + batch.length, steps.length)
  }
  for (const { day, tallies } of pastDays(servers, now)) store.saveDayCounts(day, tallies)
  return servers.filter(({ isHeard }) => isHeard).map(({ record }) => record.id)
}

function stepsOf(server: DemoServer, index: number, now: number): Step[] {
  const registered: Past = { at: server.record.createdAt, event: { type: 'registered', cause: null, data: {} } }
  return [registered, ...pastOf(server, index, now), ...presentOf(server, now)].map((step) => ({ ...step, server }))
}

function write(tx: Parameters<Parameters<Store['transact']>[0]>[0], { server, event, at }: Step): void {
  tx.putServer(server.record, [event], at)
  if (event.type !== 'registered') return
  const { listeners, processes, updates } = server.stored
  tx.putStoredValue(server.record.id, 'listeners', listeners)
  tx.putStoredValue(server.record.id, 'processes', processes)
  tx.putStoredValue(server.record.id, 'updates', updates)
}

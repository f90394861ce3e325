// Fills a store with an invented fleet and its history, oldest event first, and marks it as what it is.
import { randomBytes } from 'node:crypto'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import { createServerId } from '../ingest/enroll-server.ts'
import type { Store } from '../store/store.ts'
import { demoServer, type DemoServer } from './demo-server.ts'

const BATCH_COUNT = 256

type Step = { at: number; server: DemoServer; event: HistoryEvent }

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
  const steps = servers.flatMap(stepsOf).toSorted((a, b) => a.at - b.at)
  for (let start = 0; start < steps.length; start += BATCH_COUNT) {
    const batch = steps.slice(start, start + BATCH_COUNT)
    await Promise.all(batch.map((step) => store.transact((tx) => write(tx, step))))
    onProgress(start + batch.length, steps.length)
  }
  return servers.filter(({ isHeard }) => isHeard).map(({ record }) => record.id)
}

function stepsOf(server: DemoServer): Step[] {
  const { record } = server
  const { baseline, since, packages } = record.verdict
  const registered: Step = { at: record.createdAt, server, event: { type: 'registered', cause: null, data: {} } }
  if (baseline?.need !== 'restart-required' || since === null) return [registered]
  return [registered, { at: since, server, event: { type: 'restart-required', cause: null, data: { packages } } }]
}

function write(tx: Parameters<Parameters<Store['transact']>[0]>[0], { server, event, at }: Step): void {
  tx.putServer(server.record, [event], at)
  if (event.type === 'registered') tx.putStoredValue(server.record.id, 'listeners', server.listeners)
}

// Who operates an invented fleet and how servers come into it: one token and one join key, whose secrets nobody has, and a
// server that came with that key and waits to be let in.
import { prepareJoinKey } from '../access/join-keys.ts'
import { createToken } from '../access/tokens.ts'
import type { Operator } from '../actions/change-server.ts'
import type { JoinKeyRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { demoServer, type DemoIdentity, type DemoServer } from './demo-server.ts'

const DAY_MS = 86_400_000
const WAITS_MS = 35 * 60_000
/** Before anything that operators said, so that the audit is in order. */
const BEGAN_MS = 150 * DAY_MS

export type DemoAccess = { by: Pick<Operator, 'actor' | 'name'>; joinKey: JoinKeyRecord }

export function addDemoAccess(store: Store, now: number): DemoAccess {
  const by = { at: now - BEGAN_MS, actor: 'command line' }
  const { token } = createToken(store, { role: 'operator', name: 'anna', ttlMs: null }, by)
  const actor = `token ${token.id}`
  const { key, save } = prepareJoinKey(
    store,
    {
      usesMax: 20,
      cidrs: ['198.18.0.0/15'],
      application: null,
      approve: 'pending',
      ephemeral: false,
      ttlMs: 300 * DAY_MS,
    },
    { at: by.at, actor },
  )
  save()
  return { by: { actor, name: token.name }, joinKey: key }
}

/** One more than the fleet of `count`, because it is not counted; the first that is heard. */
export function waitingServer(count: number, now: number, identity: DemoIdentity, joinKeyId: string): DemoServer {
  let index = count
  while (!demoServer(index, now, identity).isHeard) index++
  const server = demoServer(index, now, identity)
  const record = { ...server.record, lifecycle: 'pending-approval', createdAt: now - WAITS_MS, joinKeyId } as const
  return { ...server, record }
}

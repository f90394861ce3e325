// Removes servers that were silent for as long as policy allows: once a minute, a bounded number at a time.
// A removed agent stops for good, so nobody is removed by a collector that has only just begun to look, or that holds
// silence back: whoever was away meanwhile gets the time to be heard.
import type { Clock } from '../../shared/clock.ts'
import type { Policy } from '../../shared/judgement/policy.ts'
import type { Projection } from '../changes/projection.ts'
import { removeServer } from '../ingest/remove-server.ts'
import type { ServerRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { BlindGuard } from './blind-guard.ts'
import { forgottenAt } from './forgetting.ts'

const TICK_MS = 60_000
const BATCH_COUNT_MAX = 200
/** An agent that was turned away comes back after 15 min at the latest. */
const LOOKED_MS_MIN = 20 * 60_000
const ACTOR = 'policy:forgetSilentAfter'

export type ForgetContext = {
  store: Pick<Store, 'transact'>
  projection: Pick<Projection, 'all' | 'lastContactAt'>
  policy(): Policy
  clock: Clock
  blind: Pick<BlindGuard, 'isHolding' | 'lookingSince'>
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void }
}

/** Returns the way to stop. */
export function startForgetter(ctx: ForgetContext): () => void {
  const timer = setInterval(() => void forgetSilent(ctx), TICK_MS).unref()
  return () => clearInterval(timer)
}

/** One look. Resolves with the number of servers removed; never rejects. */
export async function forgetSilent(ctx: ForgetContext): Promise<number> {
  const { blind, clock, log } = ctx
  const now = clock.now()
  if (blind.isHolding() || now - blind.lookingSince < LOOKED_MS_MIN) return 0
  try {
    const removed = await Promise.all(dueServers(ctx, now).map((id) => forgetOne(ctx, id, now)))
    const count = removed.filter(Boolean).length
    if (count > 0) log.info({ servers: count }, 'servers that were silent for too long are removed')
    return count
  } catch (err) {
    log.error({ err }, 'silent servers could not be removed; the next try is in a minute')
    return 0
  }
}

function dueServers(ctx: ForgetContext, now: number): string[] {
  const policy = ctx.policy()
  const ids: string[] = []
  for (const record of ctx.projection.all()) {
    if (!isDue(ctx, record, policy, now)) continue
    if (ids.push(record.id) >= BATCH_COUNT_MAX) break
  }
  return ids
}

/** Asked again inside the transaction: a report may have come meanwhile. */
function forgetOne(ctx: ForgetContext, id: string, now: number): Promise<boolean> {
  const policy = ctx.policy()
  return ctx.store.transact((tx) => {
    const record = tx.server(id)
    if (record === null || !isDue(ctx, record, policy, now)) return false
    const cause = record.ephemeral ? 'ephemeral' : 'silent'
    return removeServer(tx, id, { at: now, actor: ACTOR, cause }) !== null
  })
}

function isDue(ctx: ForgetContext, record: ServerRecord, policy: Policy, now: number): boolean {
  const at = forgottenAt(record, ctx.projection.lastContactAt(record.id), policy)
  return at !== null && now > at
}

// Everything the collector is made of, built once and handed down. Tests pass their own pieces; nothing is global.
import type { Logger } from 'pino'
import { systemClock, type Clock } from '../shared/clock.ts'
import { DEFAULT_POLICY, type Policy } from '../shared/judgement/policy.ts'
import { createRequestIds } from './api/request-ids.ts'
import { LiveFeed } from './changes/live-feed.ts'
import { Projection } from './changes/projection.ts'
import type { CollectorConfig } from './config.ts'
import { ExploitedFile } from './exploited/exploited-file.ts'
import { createParkedPolls } from './ingest/create-parked-polls.ts'
import type { ParkedPolls } from './ingest/parked-polls.ts'
import { createLogger } from './logger.ts'
import { Asks } from './refresh/asks.ts'
import { forgetRemoved } from './refresh/forget-removed.ts'
import { openSqliteStore } from './store/sqlite-store.ts'
import type { Store } from './store/store.ts'
import { BlindGuard } from './sweep/blind-guard.ts'

export type CollectorContext = {
  config: CollectorConfig
  store: Store
  projection: Projection
  /** The policy in force; another process may change it, so it is asked for, not kept. */
  policy(): Policy
  /** To be called after a change of the policy by this process: whoever asks next gets the new one. */
  forgetPolicy(): void
  clock: Clock
  log: Logger
  live: LiveFeed
  blind: BlindGuard
  /** Reports whose answers are held. */
  polls: ParkedPolls
  /** What is known to be exploited; absent: the collector was given no list. */
  exploited?: ExploitedFile
  /** Servers that were asked for a fresh report. */
  asks: Asks
}

/** A policy that another process changed counts after at most this long. */
const POLICY_AGE_MS_MAX = 1_000

export type ContextOverrides = { clock?: Clock; log?: Logger; store?: Store }

/** Opens the store, seeds its policy on first use, and rebuilds from it what is kept in memory. Throws StoreError. */
export function createContext(config: CollectorConfig, overrides: ContextOverrides = {}): CollectorContext {
  const clock = overrides.clock ?? systemClock
  const log = overrides.log ?? createLogger()
  const { knownExploitedFile: file = null } = config
  const exploited = file === null ? null : new ExploitedFile(file, { log, monotonicMs: () => clock.monotonicMs() })
  const store = overrides.store ?? openSqliteStore({ directory: config.dataDir, clock, mode: 'serve' })
  seedPolicy(store, config.policy, clock.now())
  const projection = new Projection(store)
  const live = new LiveFeed(store)
  const asks = new Asks({ monotonicMs: () => clock.monotonicMs(), newId: createRequestIds() })
  forgetRemoved(asks, live, projection)
  const policy = keptFor(POLICY_AGE_MS_MAX, clock, () => store.policy() ?? DEFAULT_POLICY)
  return {
    config,
    store,
    projection,
    policy: policy.read,
    forgetPolicy: policy.forget,
    clock,
    log,
    live,
    blind: new BlindGuard({ clock, log }),
    polls: createParkedPolls({ clock, store, asks }),
    asks,
    ...(exploited === null ? {} : { exploited }),
  }
}

/** The file decides once; after that the policy is the operators', with an audit line for each change. */
function seedPolicy(store: Store, policy: Policy, at: number): void {
  if (store.policy() !== null) return
  store.savePolicy(policy, { at, actor: 'collector.toml', action: 'policy.seed', subject: 'policy', detail: {} })
}

/** Every report asks for the policy: the disk is not asked as often. */
function keptFor<T>(ageMsMax: number, clock: Clock, readAnew: () => T): { read: () => T; forget: () => void } {
  let kept: { value: T; at: number } | null = null
  return {
    read: () => {
      const now = clock.monotonicMs()
      if (kept === null || now - kept.at > ageMsMax) kept = { value: readAnew(), at: now }
      return kept.value
    },
    forget: () => {
      kept = null
    },
  }
}

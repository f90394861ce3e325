// Group commit: units of work that arrive in one turn of the event loop share a transaction, and transactions that end
// while the disk is busy share its next sync. Each unit is answered only after the sync that covers it; a unit that fails
// never fails its neighbours.
import { createSyncQueue, type Disk, type SyncQueue } from './sync-queue.ts'

/** The transaction underneath, and what is kept in memory beside it. */
export type CommitEngine<Tx> = {
  /** Handed to every unit. */
  tx: Tx
  begin(): void
  /** After this returns, later transactions see what was written. Durable it is after the next sync of `disk`. */
  commit(): void
  /** Forgets everything since `begin`. */
  rollback(): void
  /** Rises with every write: tells whether a unit had written before it threw. */
  writeCount(): number
  /** Called after each commit. What it returns is called when that is durable. */
  committed(): () => void
  disk: Disk
}

export type GroupCommit<Tx> = {
  run<T>(work: (tx: Tx) => T): Promise<T>
  /** Commits and syncs everything queued, now. */
  drain(): void
}

/** Units per transaction: larger ones gain nothing more and block the event loop for longer. */
const BATCH_MAX = 256

type Unit<Tx> = { work: (tx: Tx) => unknown; settle: (outcome: Outcome) => void }
type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown }

export function createGroupCommit<Tx>(engine: CommitEngine<Tx>): GroupCommit<Tx> {
  let queue: Unit<Tx>[] = []
  let scheduled = false
  const syncs = createSyncQueue(engine.disk)

  function schedule(): void {
    if (scheduled || queue.length === 0) return
    scheduled = true
    // Not a microtask: everything the event loop reads from sockets in this turn joins the same commit.
    setImmediate(() => {
      scheduled = false
      commitNext()
      schedule()
    })
  }

  function commitNext(): void {
    const units = queue.slice(0, BATCH_MAX)
    queue = queue.slice(BATCH_MAX)
    commitUnits(engine, syncs, units)
  }

  return {
    run<T>(work: (tx: Tx) => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        const settle = (outcome: Outcome) => (outcome.ok ? resolve(outcome.value as T) : reject(outcome.error))
        queue.push({ work, settle })
        schedule()
      })
    },
    drain() {
      while (queue.length > 0) commitNext()
      syncs.drain()
    },
  }
}

function commitUnits<Tx>(engine: CommitEngine<Tx>, syncs: SyncQueue, units: readonly Unit<Tx>[]): void {
  const writesBefore = engine.writeCount()
  const result = attempt(engine, units)
  if (result.ok) {
    const publish = engine.committed()
    const tell = () => {
      publish()
      settleAll(units, result.outcomes)
    }
    // Who wrote nothing may still have read what is not durable yet: it waits for that.
    if (engine.writeCount() === writesBefore && syncs.isIdle) tell()
    else syncs.whenDurable(tell)
  } else if (result.mayHeal && units.length > 1) {
    for (const unit of units) commitUnits(engine, syncs, [unit])
  } else {
    settleAll(
      units,
      units.map(() => ({ ok: false, error: result.error })),
    )
  }
}

type Attempt = { ok: true; outcomes: Outcome[] } | { ok: false; error: unknown; mayHeal: boolean }

/** One transaction over all units. Fails as a whole when a unit threw after it had written, or the commit failed. */
function attempt<Tx>(engine: CommitEngine<Tx>, units: readonly Unit<Tx>[]): Attempt {
  try {
    engine.begin()
  } catch (error) {
    // The write lock was not to be had: trying each unit would wait the whole time-out again for each.
    return { ok: false, error, mayHeal: false }
  }
  try {
    const outcomes = units.map((unit) => runUnit(engine, unit))
    engine.commit()
    return { ok: true, outcomes }
  } catch (error) {
    engine.rollback()
    return { ok: false, error, mayHeal: true }
  }
}

function runUnit<Tx>(engine: CommitEngine<Tx>, unit: Unit<Tx>): Outcome {
  const writesBefore = engine.writeCount()
  try {
    return { ok: true, value: unit.work(engine.tx) }
  } catch (error) {
    if (engine.writeCount() !== writesBefore) throw error
    return { ok: false, error }
  }
}

function settleAll<Tx>(units: readonly Unit<Tx>[], outcomes: readonly Outcome[]): void {
  for (const [index, unit] of units.entries()) {
    const outcome = outcomes[index]
    if (outcome !== undefined) unit.settle(outcome)
  }
}

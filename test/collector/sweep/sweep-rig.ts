// A collector's memory without its network: real store, real projection, and clocks a test moves by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Projection } from '../../../collector/changes/projection.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { BlindGuard } from '../../../collector/sweep/blind-guard.ts'
import { Sweeper, type SweepContext } from '../../../collector/sweep/sweeper.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import { NOW, SECOND } from '../../shared/judgement/subjects.ts'

export class HandClock {
  wall = NOW
  steady = 5_000
  now = () => this.wall
  monotonicMs = () => this.steady

  pass(ms: number): void {
    this.wall += ms
    this.steady += ms
  }
}

export class LogBook {
  readonly lines: string[] = []
  readonly error = (_facts: object, message: string) => void this.lines.push(`error: ${message}`)
  readonly warn = (_facts: object, message: string) => void this.lines.push(`warn: ${message}`)
  readonly info = (_facts: object, message: string) => void this.lines.push(`info: ${message}`)
}

export class SweepRig implements AsyncDisposable {
  readonly clock = new HandClock()
  readonly log = new LogBook()
  readonly store
  readonly projection
  readonly blind
  readonly sweeper
  /** Servers whose poll is parked. */
  readonly parked = new Set<string>()
  readonly #directory = mkdtempSync(join(tmpdir(), 'overdue-sweep-'))

  private constructor(overrides: (rig: SweepRig) => Partial<SweepContext>) {
    this.store = openSqliteStore({ directory: this.#directory, clock: this.clock })
    this.projection = new Projection(this.store)
    this.blind = new BlindGuard(this)
    const { clock, log, store, projection, blind } = this
    const polls = { isParked: (id: string) => this.parked.has(id) }
    const context = { clock, log, store, projection, blind, polls, policy: () => DEFAULT_POLICY }
    this.sweeper = new Sweeper({ ...context, ...overrides(this) })
  }

  /** A collector that has run for a day, and has heard all `records` when they say. */
  static async with(
    records: readonly ServerRecord[],
    overrides: (rig: SweepRig) => Partial<SweepContext> = () => ({}),
  ): Promise<SweepRig> {
    const rig = new SweepRig(overrides)
    await Promise.all(records.map((record) => rig.store.transact((tx) => void tx.putServer(record, [], NOW))))
    return rig
  }

  /** Lets `seconds` go by, a look each second; `beating` are heard once a minute. */
  async live(seconds: number, beating: readonly string[] = []): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.pass(SECOND)
      if (second % 60 === 0) for (const id of beating) this.projection.touch(id, this.clock.now())
      await this.sweeper.tick()
    }
  }

  verdict(id: string) {
    return this.projection.get(id)?.verdict
  }

  /** What history says, oldest first. */
  history(): string[] {
    return this.store
      .history({ limit: 1_000 })
      .toReversed()
      .map(({ serverName, type }) => `${serverName} ${type}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sweeper.stop()
    this.store.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

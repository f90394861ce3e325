// Reports whose answers wait until there is something to tell (RFC 7240 `Prefer: wait`). At most one of each server.
//
// Theory of operation. A report that was taken in, and that nothing is to be said about, leaves behind what is needed to
// end its wait: no body, no record. It ends by the first of
// - time: the hold it asked for, less a little by chance, so that those who came together do not stay together;
// - a newer report of the server: the agent waits for one answer at a time;
// - an ask, for whoever wants to know now;
// - the end of its credential: removed, changed, or in use by two. What is wanted of a server changes by its reports alone;
// - drain: the process stops, and everybody is sent away for a moment of their own;
// - the connection, which says at once that the other end is gone.
// A parked poll is an open connection to a live process, so it counts as contact for as long as it is parked.
import type { Clock } from '../../shared/clock.ts'
import type { ServerRecord } from '../store/records.ts'

export type PollEnd = 'time' | 'newer-report' | 'ask' | 'refused' | 'draining' | 'gone'

/** `credentialHash`: of the secret it came with, which must go on counting for the poll to stay parked. */
export type Parking = { serverId: string; credentialHash: string }

type Poll = Parking & { untilMs: number; end: (why: PollEnd) => void }

/** One look at all polls, instead of a timer for each: ten thousand take less than a millisecond. */
const TICK_MS = 250
/** A poll is early rather than late: whoever cuts idle connections on the way does so to the second. */
const JITTER_PART = 0.03
/** Between an answer and the next poll lie a round trip and a busy host. */
const BETWEEN_POLLS_MS_MAX = 5_000
const DRAIN_OVER_MS = 30_000

export class ParkedPolls {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #polls = new Map<string, Poll>()
  /** When the last poll of a server ended that has none now, and whether by our answer. */
  readonly #ended = new Map<string, { at: number; monotonicMs: number; isGone: boolean }>()
  #timer: NodeJS.Timeout | null = null
  #isDraining = false

  /** `random`: uniform in [0, 1). */
  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock
    this.#random = random
  }

  get size(): number {
    return this.#polls.size
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  isParked(serverId: string): boolean {
    return this.#polls.has(serverId)
  }

  /** Is a poll of the server parked, or about to be after an answer of ours? False as soon as its connection is closed. */
  isConnected(serverId: string): boolean {
    if (this.#polls.has(serverId)) return true
    const ended = this.#ended.get(serverId)
    if (ended === undefined || ended.isGone) return false
    return this.#clock.monotonicMs() - ended.monotonicMs < BETWEEN_POLLS_MS_MAX
  }

  /** Since when no poll of the server is parked, epoch ms; null: one is, or none was in the life of this process. */
  disconnectedSince(serverId: string): number | null {
    return this.#polls.has(serverId) ? null : (this.#ended.get(serverId)?.at ?? null)
  }

  /**
   * Waits for at most `holdMs`, then calls `end`, once. One of the same server that is parked already ends before.
   * Returns what to call when the connection closes. (No promise: each would be kept ten thousand times.)
   */
  park(parking: Parking, holdMs: number, end: (why: PollEnd) => void): () => void {
    this.end(parking.serverId, 'newer-report')
    const untilMs = this.#clock.monotonicMs() + holdMs * (1 - this.#random() * JITTER_PART)
    const poll: Poll = { ...parking, untilMs, end }
    this.#polls.set(parking.serverId, poll)
    this.#ended.delete(parking.serverId)
    this.#timer ??= setInterval(() => this.tick(), TICK_MS).unref()
    return () => this.#drop(poll)
  }

  /** Ends the wait of the server's poll, if one is parked. */
  end(serverId: string, why: PollEnd): void {
    const poll = this.#polls.get(serverId)
    if (poll !== undefined) this.#end(poll, why)
  }

  /** A committed record: ends the wait of a poll whose credential it ends. */
  follow(record: ServerRecord): void {
    const poll = this.#polls.get(record.id)
    if (poll !== undefined && !isGood(record, poll.credentialHash)) this.#end(poll, 'refused')
    if (record.lifecycle === 'removed') this.#ended.delete(record.id)
  }

  /** From now on nobody is parked, and everybody who is, is answered. */
  drain(): void {
    this.#isDraining = true
    for (const poll of this.#polls.values()) this.#end(poll, 'draining')
  }

  /** When somebody who is answered by a drain may come back, in ms from now. */
  nextAfterDrainMs(): number {
    return Math.floor(this.#random() * DRAIN_OVER_MS)
  }

  /** Ends what has waited for long enough. */
  tick(): void {
    const untilMs = this.#clock.monotonicMs() + TICK_MS
    for (const poll of this.#polls.values()) if (poll.untilMs <= untilMs) this.#end(poll, 'time')
  }

  #drop(poll: Poll): void {
    if (this.#polls.get(poll.serverId) === poll) this.#end(poll, 'gone')
  }

  #end(poll: Poll, why: PollEnd): void {
    this.#polls.delete(poll.serverId)
    const ended = { at: this.#clock.now(), monotonicMs: this.#clock.monotonicMs(), isGone: why === 'gone' }
    this.#ended.set(poll.serverId, ended)
    if (this.#polls.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer)
      this.#timer = null
    }
    poll.end(why)
  }
}

/** Would a report that comes with this credential be taken in now? */
export function isGood({ lifecycle, nextCredential = null, ...record }: ServerRecord, credentialHash: string): boolean {
  if (lifecycle === 'removed' || lifecycle === 'conflict') return false
  return record.credentialHash === credentialHash || nextCredential?.hash === credentialHash
}

// Theory of operation. Every open event stream shows the same frames, so they are made once here and written to all.
// A commit brings one or more changes at once; they are collected and sent together right after it: first the new lines
// of history, then the current document of each changed server with the id of its change. A reader that breaks off in
// between has an id below what it missed, and gets that again.
import { paths } from '../../shared/protocol/paths.ts'
import type { LiveChange } from '../changes/live-feed.ts'
import type { CollectorContext } from '../context.ts'
import type { HistoryRecord } from '../store/records.ts'
import { toHistoryItem } from '../views/history-view.ts'
import { toServerItem } from '../views/server-view.ts'
import { eventFrame, PING_FRAME, RETRY_FRAME, type EventStream } from './event-stream.ts'

export const PING_MS = 15_000
/** Enough for every person of a large team; the next one is told to come back later. */
const STREAMS_MAX = 200
/** A reader that missed changes of more servers than this reads the list again instead. */
const REPLAY_SERVERS_MAX = 250
const HISTORY_PAGE = 100

type Member = { stream: EventStream; isStillAllowed: () => boolean }

export class EventHub {
  readonly #ctx: CollectorContext
  readonly #pingMs: number
  readonly #members = new Set<Member>()
  readonly #changed = new Map<string, number>()
  #hasEvents = false
  #isFlushDue = false
  #lastHistoryId = 0
  #stopListening: (() => void) | null = null
  #pings: NodeJS.Timeout | null = null

  constructor(ctx: CollectorContext, pingMs: number) {
    this.#ctx = ctx
    this.#pingMs = pingMs
  }

  get isFull(): boolean {
    return this.#members.size >= STREAMS_MAX
  }

  /**
   * Opens the stream with what its reader missed since the change `afterId` (null: it starts now), then follows.
   * `isStillAllowed` is asked at every ping: a revoked token ends its streams.
   */
  join(stream: EventStream, afterId: number | null, isStillAllowed: () => boolean): void {
    const member = { stream, isStillAllowed }
    stream.onClose(() => this.#leave(member))
    this.#orEndAll(() => {
      if (this.#members.size === 0) this.#start()
      // What waits for the flush is part of the replay already.
      this.#flush()
      this.#members.add(member)
      stream.write(RETRY_FRAME)
      if (afterId !== null) this.#replay(stream, afterId)
    })
  }

  /** Ends every stream; their readers reconnect to whoever serves then. */
  close(): void {
    for (const { stream } of this.#members) stream.end()
    this.#members.clear()
    this.#stop()
  }

  #start(): void {
    this.#lastHistoryId = this.#ctx.store.history({ limit: 1 })[0]?.id ?? 0
    this.#stopListening = this.#ctx.live.subscribe((change) => this.#collect(change))
    this.#pings = setInterval(() => this.#ping(), this.#pingMs)
    this.#pings.unref()
  }

  #stop(): void {
    this.#stopListening?.()
    this.#stopListening = null
    if (this.#pings !== null) clearInterval(this.#pings)
    this.#pings = null
    this.#changed.clear()
    this.#hasEvents = false
  }

  #leave(member: Member): void {
    this.#members.delete(member)
    if (this.#members.size === 0) this.#stop()
  }

  #collect(change: LiveChange): void {
    // Taken out first, so that the order of the map stays the order of the ids.
    this.#changed.delete(change.serverId)
    this.#changed.set(change.serverId, change.id)
    this.#hasEvents ||= change.events.length > 0
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    queueMicrotask(() => this.#orEndAll(() => this.#flush()))
  }

  /** The answers have begun, so nobody above could still say that something failed. */
  #orEndAll(work: () => void): void {
    try {
      work()
    } catch (err) {
      this.#ctx.log.error({ err }, 'the event streams failed and end; their readers reconnect')
      this.close()
    }
  }

  #flush(): void {
    this.#isFlushDue = false
    if (this.#changed.size === 0) return
    const rows = this.#hasEvents ? this.#newHistory() : []
    for (const row of rows) this.#broadcast(eventFrame('history', toHistoryItem(row)))
    for (const [serverId, id] of this.#changed) {
      const frame = this.#serverFrame(serverId, id)
      if (frame !== null) this.#broadcast(frame, id)
    }
    this.#changed.clear()
    this.#hasEvents = false
  }

  /** Oldest first. */
  #newHistory(): HistoryRecord[] {
    const rows: HistoryRecord[] = []
    for (let beforeId: number | undefined; ; beforeId = rows.at(-1)?.id) {
      const page = this.#ctx.store.history({ limit: HISTORY_PAGE, ...(beforeId === undefined ? {} : { beforeId }) })
      const fresh = page.filter((row) => row.id > this.#lastHistoryId)
      rows.push(...fresh)
      if (fresh.length < HISTORY_PAGE) break
    }
    this.#lastHistoryId = rows[0]?.id ?? this.#lastHistoryId
    return rows.toReversed()
  }

  #replay(stream: EventStream, afterId: number): void {
    const lastId = this.#ctx.store.lastChangeId()
    const missed = this.#ctx.store.changesAfter(afterId, REPLAY_SERVERS_MAX + 1)
    if (missed === null || missed.length > REPLAY_SERVERS_MAX) {
      stream.write(eventFrame('reset', { reason: 'too-old', readAgain: paths.servers() }, lastId), lastId)
      return
    }
    for (const { id, serverId } of missed) {
      const frame = this.#serverFrame(serverId, id)
      if (frame !== null) stream.write(frame, id)
    }
  }

  #serverFrame(serverId: string, id: number): string | null {
    const { projection, clock } = this.#ctx
    const record = projection.get(serverId)
    if (record === null) return null
    return eventFrame('server.changed', toServerItem(record, projection.lastContactAt(serverId), clock.now()), id)
  }

  #broadcast(frame: string, id?: number): void {
    for (const { stream } of this.#members) stream.write(frame, id ?? stream.lastId)
  }

  #ping(): void {
    for (const { stream, isStillAllowed } of this.#members) {
      if (isStillAllowed()) stream.write(PING_FRAME)
      else stream.end()
    }
  }
}

// Who was asked for a fresh report and has not given it. A server has at most one ask that it was told of and one that
// it was not: whoever asks meanwhile joins the latter, because a look that has begun cannot answer a later question.
// So a burst of questions costs two looks. Pure: the moment and the ids are handed in; old asks are given up by age.

export type AskTold = { id: string; scan: boolean }
/** Whoever waits no more leaves: a server that never answers would otherwise keep all who ever asked for it. */
export type Asked = { id: string; leave: () => void }

export type AsksOptions = {
  /** Any steady clock, ms. */
  monotonicMs: () => number
  /** Never the same twice, nor one of an earlier process: an agent may answer what another process asked. */
  newId: () => string
}

type Ask = { id: string; scan: boolean; askedAt: number; waiting: Set<() => void> }
type ServerAsks = { told: Ask | null; toldAt: number; next: Ask | null }

/** An ask is given up after this long, told or not. No request waits as long. */
export const ASK_AGE_MS_MAX = 10 * 60_000
/** A reply can be lost on its way: what was told and is not answered after this long is told again, with its id. */
export const TELL_AGAIN_MS = 10_000

export class Asks {
  readonly #options: AsksOptions
  /** In the order of their newest ask, so that those to give up stand in front. */
  readonly #servers = new Map<string, ServerAsks>()
  readonly #listeners: ((serverId: string) => void)[] = []

  constructor(options: AsksOptions) {
    this.#options = options
  }

  /** Servers with an ask under way. */
  get size(): number {
    return this.#servers.size
  }

  /** Told of a server that there is something to tell: whoever has its poll parked answers it. */
  onAsk(listener: (serverId: string) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Joins the ask that the server was not told of yet, or makes one. `onAnswered`: called soon after the first report whose
   * look began after the ask, or when the server is forgotten; never for a server that does not answer.
   */
  ask(serverId: string, { scan }: { scan: boolean }, onAnswered: () => void = () => undefined): Asked {
    this.#giveUpOld()
    const asks = this.#servers.get(serverId) ?? { told: null, toldAt: 0, next: null }
    if (asks.next === null) {
      asks.next = this.#newAsk()
      this.#servers.delete(serverId)
      this.#servers.set(serverId, asks)
    }
    asks.next.scan ||= scan
    const { id, waiting } = asks.next
    // One of its own, so that who asks twice is told twice.
    const told = (): void => onAnswered()
    waiting.add(told)
    this.remind(serverId)
    return { id, leave: () => void waiting.delete(told) }
  }

  /** For whoever still waits: tells the listeners again if there is something to tell, be it for the second time. */
  remind(serverId: string): void {
    const asks = this.#servers.get(serverId)
    if (asks === undefined || this.#isUnderWay(asks)) return
    for (const listener of this.#listeners) listener(serverId)
  }

  /** What the next reply to the server carries, if anything. It counts as told from now on. */
  toTell(serverId: string): AskTold | null {
    this.#giveUpOld()
    const asks = this.#servers.get(serverId)
    if (asks === undefined || this.#isUnderWay(asks)) return null
    if (asks.told === null || this.#isOld(asks.told)) {
      asks.told = asks.next
      asks.next = null
    }
    asks.toldAt = this.#options.monotonicMs()
    return asks.told === null ? null : { id: asks.told.id, scan: asks.told.scan }
  }

  /** The report that answers `id` is on disk. What was asked since is told now. An unknown id changes nothing. */
  answer(serverId: string, id: string): void {
    const asks = this.#servers.get(serverId)
    if (asks?.told?.id !== id) return
    settle(asks.told)
    asks.told = null
    if (asks.next === null) this.#servers.delete(serverId)
    else this.remind(serverId)
  }

  /** The server is no more. Whoever waits finds that out where servers are kept. */
  forget(serverId: string): void {
    const asks = this.#servers.get(serverId)
    this.#servers.delete(serverId)
    settle(asks?.told)
    settle(asks?.next)
  }

  #isUnderWay({ told, toldAt }: ServerAsks): boolean {
    return told !== null && this.#options.monotonicMs() - toldAt < TELL_AGAIN_MS
  }

  #newAsk(): Ask {
    return { id: this.#options.newId(), scan: false, askedAt: this.#options.monotonicMs(), waiting: new Set() }
  }

  #isOld({ askedAt }: Ask): boolean {
    return this.#options.monotonicMs() - askedAt >= ASK_AGE_MS_MAX
  }

  #giveUpOld(): void {
    for (const [serverId, { told, next }] of this.#servers) {
      const newest = next ?? told
      if (newest !== null && !this.#isOld(newest)) break
      this.#servers.delete(serverId)
    }
  }
}

/** Once whoever tells us is done: it is in the middle of a commit. */
function settle(ask: Ask | null | undefined): void {
  for (const told of ask?.waiting ?? []) queueMicrotask(told)
}

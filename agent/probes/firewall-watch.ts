// What the resident agent remembers of the scan of the firewall: the facts file as read last, for which sockets a scan
// was asked, and how long a look is held back for its answer.
import { FirewallFile } from './firewall-facts.ts'

/** A scan takes less where the host is not under load; whoever waits longer is told `not-scanned` first. */
export const ANSWER_MS_MAX = 2_000

export class FirewallWatch {
  readonly file: FirewallFile
  readonly #ask: () => void
  #asked: ReadonlySet<string> | null = null
  #heldSinceMs: number | null = null

  /** `ask`: wants a scan; it may be called as often as there is something to ask for. */
  constructor(factsDirectory: string, ask: () => void) {
    this.file = new FirewallFile(factsDirectory)
    this.#ask = ask
  }

  /**
   * Asks for sockets nobody asked for yet. True while an answer may come soon: then what was read last is still told.
   * A socket that a scan does not find is asked for once; the timer's scans come anyway.
   * `isAnswered`: there is somebody who scans. `nowMs`: of any steady clock.
   */
  holdFor(missing: readonly string[], isAnswered: boolean, nowMs: number): boolean {
    const before = this.#asked
    this.#asked = new Set(missing)
    const isNew = missing.some((key) => before?.has(key) !== true)
    if (isNew) this.#ask()
    // At the start there is nothing that was told before.
    if (missing.length === 0 || before === null || !isAnswered) {
      this.#heldSinceMs = null
      return false
    }
    if (isNew) this.#heldSinceMs ??= nowMs
    if (this.#heldSinceMs === null) return false
    if (nowMs - this.#heldSinceMs < ANSWER_MS_MAX) return true
    this.#heldSinceMs = null
    return false
  }
}

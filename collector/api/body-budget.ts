// Bytes of bodies that are on their way in, of all requests together. Each body is small; twenty thousand of them, sent
// slowly by one host, would not be.
import { overloaded } from './overloaded.ts'

/** Room for every report of a fleet of 10,000 that comes back at once, and some large ones. */
export const BODY_BUDGET_BYTES = 256 * 1024 * 1024

export class BodyBudget {
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Throws a 503 problem when there is no room; who is refused comes back at a moment of their own. */
  take(bytes: number): void {
    if (this.#bytes + bytes > this.#bytesMax) throw overloaded()
    this.#bytes += bytes
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes
  }
}

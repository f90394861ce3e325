// The event stream only wakes: whoever is woken asks the collector what is true now, as often as he has the time for.
import type { Client } from './client.ts'
import { follow } from './event-stream.ts'
import type { Io } from './io.ts'
import { tell } from './print.ts'

export class Wakeups {
  #isDue = false
  #failure: unknown = null
  #wake: () => void = () => undefined

  /** `names`: events that wake, besides every connection made anew. */
  constructor(client: Client, io: Io, names: readonly string[]) {
    void this.#listen(client, io, new Set([...names, 'open', 'reset']))
  }

  /** Resolves when something happened since the last time, at the latest after `msMax`. Rejects when the stream is lost for good. */
  async next(msMax: number): Promise<void> {
    if (!this.#isDue && this.#failure === null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, msMax)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    if (this.#failure !== null) throw this.#failure
    this.#isDue = false
  }

  async #listen(client: Client, io: Io, names: ReadonlySet<string>): Promise<void> {
    try {
      const onBreak = (problem: string, retryMs: number) => tell(io, `${problem} Trying again in ${retryMs / 1_000} s.`)
      for await (const { event } of follow(client, io.interrupted, onBreak)) {
        if (!names.has(event)) continue
        this.#isDue = true
        this.#wake()
      }
    } catch (error) {
      this.#failure = error
      this.#wake()
    }
  }
}

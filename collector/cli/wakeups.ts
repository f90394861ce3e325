// The event stream only wakes: whoever is woken asks the collector what is true now, as often as he has the time for.
import type { Client } from './client.ts'
import { follow, type StreamEvent } from './event-stream.ts'
import { CliError } from './cli-error.ts'
import { EXIT, type Io } from './io.ts'
import { tell } from './print.ts'

/** Between a question that got no answer and the next one. */
const ASK_AGAIN_MS = 2_000

export class Wakeups {
  #isDue = false
  #failure: unknown = null
  #wake: () => void = () => undefined
  readonly #io: Io

  /** `names`: events that wake, of these those that `concerns` takes, besides every connection made anew. */
  constructor(
    client: Client,
    io: Io,
    names: readonly string[],
    concerns: (event: StreamEvent) => boolean = () => true,
  ) {
    this.#io = io
    const isOfInterest = (event: StreamEvent) =>
      event.event === 'open' || event.event === 'reset' || (names.includes(event.event) && concerns(event))
    void this.#listen(client, io, isOfInterest)
  }

  /** What was asked; null where the collector could not be reached: then `next` wakes soon, to ask again. */
  async orAskAgain<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== EXIT.unreachable) throw error
      await tell(this.#io, `${error.message} Asking again in ${ASK_AGAIN_MS / 1_000} s.`)
      setTimeout(() => this.#callUp(), ASK_AGAIN_MS)
      return null
    }
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

  #callUp(): void {
    this.#isDue = true
    this.#wake()
  }

  async #listen(client: Client, io: Io, isOfInterest: (event: StreamEvent) => boolean): Promise<void> {
    try {
      const onBreak = (problem: string, retryMs: number) => tell(io, `${problem} Trying again in ${retryMs / 1_000} s.`)
      for await (const event of follow(client, io.interrupted, onBreak)) if (isOfInterest(event)) this.#callUp()
    } catch (error) {
      this.#failure = error
      this.#wake()
    }
  }
}

// The public addresses that the cloud names, asked for once an hour and kept through an answer or two that did not come.
import type { Log } from '../logger.ts'
import { startTicker } from '../wakeups/ticker.ts'
import type { CloudAnswer } from './metadata.ts'

const ASK_EVERY_MS = 3_600_000
/** After so many answers that did not come, what was told before is no longer known. */
const MISSED_MAX = 3

export type CloudOptions = {
  ask: () => Promise<CloudAnswer>
  /** Other addresses than before. */
  onChange: () => void
  log: Pick<Log, 'info' | 'warn'>
}

export class CloudAddresses {
  readonly #options: CloudOptions
  #addresses: readonly string[] = []
  #missed = 0
  #said: string | null = null

  constructor(options: CloudOptions) {
    this.#options = options
  }

  get addresses(): readonly string[] {
    return this.#addresses
  }

  /** Asks now and every hour, until `stop` is called. */
  start(): { stop(): void } {
    void this.ask()
    return startTicker(ASK_EVERY_MS, () => void this.ask())
  }

  async ask(): Promise<void> {
    const answer = await this.#options.ask()
    this.#missed = answer.kind === 'told' ? 0 : this.#missed + 1
    this.#tell(answer)
    if (answer.kind === 'told') this.#keep(answer.addresses)
    else if (this.#missed >= MISSED_MAX) this.#keep([])
  }

  #keep(addresses: readonly string[]): void {
    const isSame = addresses.join() === this.#addresses.join()
    this.#addresses = addresses
    if (!isSame) this.#options.onChange()
  }

  /** Once, and again when it is something else. */
  #tell(answer: CloudAnswer): void {
    const said = JSON.stringify(answer)
    if (said === this.#said) return
    this.#said = said
    const { log } = this.#options
    if (answer.kind === 'failed') log.warn({ why: answer.why }, 'the metadata service of the cloud did not answer')
    else log.info({ provider: answer.provider, addresses: answer.addresses }, 'the cloud told the public addresses')
  }
}

// Services that were restarted by hand: the last scan of the processes told of them, and they run no more. Only another
// scan can tell what is there now; this tells when one is worth asking for, without looking into anybody's process.
import { factsFileMark } from './host/facts-file.ts'
import { ProcessesFile } from './probes/process-facts.ts'

/** However often processes with old code end: each scan takes up to a second of a processor. */
const SCANS_MAX = 12
const SCANS_WITHIN_MS = 3_600_000

export type GoneProcessesOptions = {
  factsDirectory: string
  ask: () => void
  /** Steady clock, ms. */
  steadyMs: () => number
  isAlive?: (pid: number) => boolean
}

export class GoneProcesses {
  readonly #options: GoneProcessesOptions
  #mark: string | null = null
  /** Of each row the processes it names; [] once a scan was asked for. */
  #rows: readonly (readonly number[])[] = []
  #askedAtMs: number[] = []

  constructor(options: GoneProcessesOptions) {
    this.#options = options
  }

  /**
   * Asks for a scan where of a row nobody is left, once for each answer of the scan. One of several does not count:
   * servers end workers and start others, which run the same old code. Never throws.
   */
  async check(): Promise<void> {
    const { ask, isAlive = exists } = this.#options
    await this.#readAnew()
    if (!this.#rows.some((pids) => !pids.some(isAlive)) || !this.#mayAsk()) return
    this.#rows = []
    ask()
  }

  async #readAnew(): Promise<void> {
    const { factsDirectory } = this.#options
    const mark = await factsFileMark(factsDirectory, 'processes')
    if (mark === this.#mark) return
    this.#mark = mark
    const facts = await new ProcessesFile(factsDirectory).read()
    this.#rows = 'why' in facts ? [] : facts.outdated.map(({ pids }) => pids)
  }

  #mayAsk(): boolean {
    const nowMs = this.#options.steadyMs()
    this.#askedAtMs = this.#askedAtMs.filter((at) => at > nowMs - SCANS_WITHIN_MS)
    if (this.#askedAtMs.length >= SCANS_MAX) return false
    this.#askedAtMs.push(nowMs)
    return true
  }
}

/**
 * kill(2) with signal 0 sends nothing, and says "not permitted" of who exists. The folders in /proc of other users'
 * processes are hidden from the agent. A number given to somebody else meanwhile passes for alive.
 */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

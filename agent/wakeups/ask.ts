// Asks for a scan, which has privileges the resident agent lacks: an empty file whose name says which. A path unit of
// systemd waits for it, and the scan's unit takes it away before it begins.
import { open } from 'node:fs/promises'
import { join } from 'node:path'

export type ScanName = 'inventory' | 'firewall' | 'processes' | 'updates'

/** However often something changes: a scan costs more than a look. */
const ASK_GAP_MS = 10_000

export type AskOptions = {
  /** Of this machine. Where it is missing nobody scans, and nothing is asked. */
  directory: string
  /** Steady clock, ms. */
  steadyMs: () => number
  /** Told of every ask that could not be made. */
  onProblem: (error: Error) => void
  /** Shortest time between two asks for the same scan, ms. */
  gapMs?: number
}

export class ScanAsker {
  readonly #options: AskOptions
  readonly #askedAtMs = new Map<ScanName, number>()
  readonly #later = new Map<ScanName, NodeJS.Timeout>()

  constructor(options: AskOptions) {
    this.#options = options
  }

  /** At once, or when the gap since the last ask is over: what changed after a scan began is not in its answer. */
  async ask(name: ScanName): Promise<void> {
    const { gapMs = ASK_GAP_MS, steadyMs } = this.#options
    if (this.#later.has(name)) return
    const waitMs = (this.#askedAtMs.get(name) ?? -Infinity) + gapMs - steadyMs()
    if (waitMs <= 0) return await this.#create(name)
    const timer = setTimeout(() => {
      this.#later.delete(name)
      void this.#create(name)
    }, waitMs)
    this.#later.set(name, timer.unref())
  }

  /** Forgets what it would have asked later. */
  close(): void {
    for (const timer of this.#later.values()) clearTimeout(timer)
    this.#later.clear()
  }

  async #create(name: ScanName): Promise<void> {
    const { directory, onProblem, steadyMs } = this.#options
    this.#askedAtMs.set(name, steadyMs())
    try {
      const file = await open(join(directory, name), 'wx', 0o600)
      await file.close()
    } catch (error) {
      // EEXIST: the last ask still waits, and its scan has not begun. ENOENT: no units here.
      if (isErrno(error, 'EEXIST', 'ENOENT')) return
      onProblem(new Error(`ask for a scan of ${name}: ${String(error)}`, { cause: error }))
    }
  }
}

function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

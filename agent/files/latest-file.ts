// A file that follows the newest text in the background: writes never overlap, and texts that were overtaken while one
// was under way are skipped. A disk that is full or broken costs durability, never the report.
import { hash } from 'node:crypto'
import { replaceFile, type ReplaceOptions } from './durable-file.ts'

export type LatestFileProblem = (problem: Error | null) => void

export class LatestFile {
  readonly #path: string
  readonly #options: ReplaceOptions
  readonly #onProblem: LatestFileProblem
  /** What stands for the text on disk: with a list of packages in it, the text itself would be held for nothing. */
  #written: string | null = null
  #wanted: string | null = null
  #busy = false
  #writing: Promise<void> = Promise.resolve()
  #problem: Error | null = null

  /** `onProblem` is told once when writing starts to fail, and once with null when it works again. */
  constructor(path: string, options: ReplaceOptions, onProblem: LatestFileProblem) {
    this.#path = path
    this.#options = options
    this.#onProblem = onProblem
  }

  /** Why the file does not hold the newest text; null when it does, or soon will. */
  get problem(): Error | null {
    return this.#problem
  }

  put(text: string): void {
    this.#wanted = text
    if (!this.#busy) this.#writing = this.#catchUp()
  }

  /** Resolves when the newest text is written or could not be. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #catchUp(): Promise<void> {
    this.#busy = true
    while (this.#wanted !== null) {
      const text = this.#wanted
      this.#wanted = null
      const digest = hash('sha256', text)
      if (digest !== this.#written) await this.#write(text, digest)
    }
    this.#busy = false
  }

  async #write(text: string, digest: string): Promise<void> {
    try {
      await replaceFile(this.#path, text, this.#options)
      this.#written = digest
      this.#report(null)
    } catch (error) {
      // After a failed fsync the page cache may call lost data clean: the next put writes a new file, whatever it holds.
      this.#written = null
      this.#report(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #report(problem: Error | null): void {
    const changed = (problem === null) !== (this.#problem === null)
    this.#problem = problem
    if (changed) this.#onProblem(problem)
  }
}

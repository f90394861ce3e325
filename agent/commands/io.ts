// What a command may touch of its process. main.ts makes the real one; tests hand in their own.
import type { Environment } from '../settings/config.ts'

type Output = { write(text: string): unknown }

export type CommandIo = {
  /** Results. */
  stdout: Output
  /** Everything else. */
  stderr: Output
  environment: Environment
  /** All of standard input, as text. */
  readStdin: () => Promise<string>
  /** Fires on SIGTERM or SIGINT. Asking for it means to end properly by oneself. */
  shutdownSignal: () => AbortSignal
  /** Calls back at each SIGUSR1, "look and report now". Who does not ask for it would be opened to debuggers by it. */
  onReportSignal: (report: () => void) => void
}

/** Resolves with the exit code. */
export type RunCommand = (argv: string[], io: CommandIo) => Promise<number>

export const EXIT = { done: 0, failed: 1, usage: 2, notAuthorised: 4, unreachable: 5, timedOut: 6 } as const

/** The command line is wrong: exit 2, with the reason and where to read on. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

// What a command of overdue-collector is. Results go to `out`, everything else to `tell`; the exit code is the answer.

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** The world of a command, so that only main.ts touches the process. */
export type Io = {
  environment: Readonly<Record<string, string | undefined>>
  /** Standard output: results. A line break is added. */
  out(text: string): void
  /** Standard error: what a person wants to know beside the result. */
  tell(text: string): void
  /** Rewrites one line of standard error; not there where that is no terminal. */
  redraw?: ((text: string) => void) | undefined
  /** How this program is started, to start it again beside itself; not there where that makes no sense. */
  self?: readonly string[]
  /** Resolves with the exit code when the process is asked to end. */
  stopped: Promise<number>
  /** Calls back whenever the process is asked to read its files again (SIGHUP). */
  onReload?(listener: () => void): void
}

export type Command = {
  /** Examples first: most people look for the line to copy. */
  help: string
  run(args: readonly string[], io: Io): Promise<number>
}

/** Answers a command: with `--json` the value, else the text on standard output and a note beside it. */
export function answer(
  io: Io,
  isJson: boolean,
  { json, out, note }: { json: unknown; out?: string; note?: string },
): number {
  if (isJson) io.out(JSON.stringify(json))
  else {
    if (out !== undefined) io.out(out)
    if (note !== undefined) io.tell(note)
  }
  return EXIT.done
}

/** The command line is wrong: shown with the way to the help, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command cannot be done, and this is what to do about it. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

// What a command of `overdue` may touch of its process. main.ts makes the real one.

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notAuthorised: 4,
  unreachable: 5,
  timedOut: 6,
  someFailed: 7,
  interrupted: 130,
} as const

export type Output = {
  /** Resolves when the reader took it, so that a slow one slows the writer down. */
  write(data: string | Uint8Array): Promise<void>
  isTerminal: boolean
  /** Columns of the terminal; null when there is none. */
  width: number | null
}

export type Input = {
  isTerminal: boolean
  /** All of it, as text. */
  text(): Promise<string>
  /** One line typed by a person; null at end of input. `isSecret`: nothing of it is shown. Rejects at Ctrl-C. */
  ask(question: string, isSecret: boolean): Promise<string | null>
}

export type Io = {
  environment: Readonly<Record<string, string | undefined>>
  /** Results. */
  out: Output
  /** Everything else. */
  err: Output
  input: Input
  /** Fires on the first SIGINT or SIGTERM. */
  interrupted: AbortSignal
}

/** A terminal that understands more than lines of text. */
export function canMoveCursor(io: Io, output: Output): boolean {
  return output.isTerminal && io.environment['TERM'] !== 'dumb'
}

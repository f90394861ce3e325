// What can go wrong on a command line, each with its exit code.
import { EXIT } from './io.ts'

export class CliError extends Error {
  override readonly name: string = 'CliError'
  readonly exitCode: number
  /** What `--json` shows on standard error; the collector's problem where there is one. */
  readonly document: Readonly<Record<string, unknown>>

  constructor(message: string, exitCode: number = EXIT.failed, document: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.exitCode = exitCode
    this.document = { title: message, ...document }
  }
}

/** The command line is wrong: shown with the way to the help. */
export class UsageError extends CliError {
  override readonly name = 'UsageError'
  constructor(message: string) {
    super(message, EXIT.usage)
  }
}

/** Ctrl-C. `left` says in which state things are left; empty where nothing was begun. */
export class InterruptedError extends CliError {
  override readonly name = 'InterruptedError'
  constructor(left = '') {
    super(left === '' ? 'interrupted' : `interrupted: ${left}`, EXIT.interrupted)
  }
}

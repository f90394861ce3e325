#!/usr/bin/env node
// overdue. The only file that touches arguments, environment, signals and the exit code of the process.
import { EXIT, type Io } from './io.ts'
import { runCommandLine } from './run-command-line.ts'
import { inputOf, outputOf } from './terminal.ts'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interruption.abort()
    // A second one means "now".
    process.once(signal, () => process.exit(EXIT.interrupted))
  })
}

const io: Io = {
  environment: process.env,
  out: outputOf(process.stdout),
  err: outputOf(process.stderr),
  input: inputOf(process.stdin, process.stderr, interruption.signal),
  interrupted: interruption.signal,
}

process.on('uncaughtException', (error) => fail(error))
process.on('unhandledRejection', (error) => fail(error))
// A reader that closed the pipe (`| head`) wants no more; that is no failure.
process.stdout.on('error', () => process.exit(EXIT.done))

process.exitCode = await runCommandLine(process.argv.slice(2), io)
// What still listens in the background has nobody left to tell, and would keep the process alive.
interruption.abort()

function fail(error: unknown): never {
  process.stderr.write(
    `overdue: unexpected failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(EXIT.failed)
}

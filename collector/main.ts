#!/usr/bin/env node
// The story of a start: words become a command, signals end it, its answer is the exit code.
// The only file that touches arguments, environment, signals and the exit code of the process.
import { EXIT, type Io } from './commands/command.ts'
import { runCommandLine } from './commands/run-command-line.ts'

const stopped = new Promise<number>((resolve) => {
  const codes = { SIGTERM: EXIT.done, SIGINT: EXIT.interrupted } as const
  for (const [signal, code] of Object.entries(codes)) {
    process.once(signal, () => {
      resolve(code)
      // A second one means "now".
      process.once(signal, () => process.exit(EXIT.interrupted))
    })
  }
})

const io: Io = {
  environment: process.env,
  out: (text) => void process.stdout.write(`${text}\n`),
  tell: (text) => void process.stderr.write(`${text}\n`),
  redraw: process.stderr.isTTY ? (text) => void process.stderr.write(`\r\u001b[K${text}`) : undefined,
  self: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
  stopped,
  onReload: (listener) => void process.on('SIGHUP', listener),
}

// Nothing an input does may get here. If something does, the state of the process is not known any more: say so and let
// the service manager start a new one.
process.on('uncaughtException', (error) => fail(error))
process.on('unhandledRejection', (error) => fail(error))
// A reader that closed the pipe (`| head`) wants no more; that is no failure.
process.stdout.on('error', () => process.exit(EXIT.done))

process.exitCode = await runCommandLine(process.argv.slice(2), io)

function fail(error: unknown): never {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const line = { level: 60, time: new Date().toISOString(), err: { message: what }, msg: 'unexpected failure' }
  process.stderr.write(`${JSON.stringify(line)}\n`)
  process.exit(EXIT.failed)
}

// overdue-agent. The only file that reads arguments, environment and signals, and that sets the exit code.
import { dispatch } from './commands/dispatch.ts'
import type { CommandIo } from './commands/io.ts'

/** After a signal everything lets go by itself; this is for what does not. */
const STOP_MS_MAX = 1_500

const io: CommandIo = {
  // Not process.stdout itself: asking for it makes a stream, which the resident agent never needs.
  stdout: { write: (text) => process.stdout.write(text) },
  stderr: { write: (text) => process.stderr.write(text) },
  environment: process.env,
  readStdin,
  shutdownSignal,
}

// No top-level await: the bundle is CommonJS, because an ESM import of node:http costs 7 MB of memory.
void main()

async function main(): Promise<void> {
  process.exitCode = await dispatch(process.argv.slice(2), io)
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Buffer))
  return Buffer.concat(chunks).toString('utf8')
}

function shutdownSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      controller.abort()
      setTimeout(() => process.exit(), STOP_MS_MAX).unref()
    })
  }
  return controller.signal
}

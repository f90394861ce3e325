// overdue-agent. The only file that reads arguments, environment and signals, and that sets the exit code.
import { dispatch } from './commands/dispatch.ts'
import type { CommandIo } from './commands/io.ts'

/** After a signal everything lets go by itself; this is for what does not. */
const STOP_MS_MAX = 1_500
const LINGER_MS_MAX = 300

const io: CommandIo = {
  // Not process.stdout itself: asking for it makes a stream, which the resident agent never needs.
  stdout: { write: (text) => writeTo(process.stdout, text) },
  stderr: { write: (text) => writeTo(process.stderr, text) },
  environment: process.env,
  readStdin,
  shutdownSignal,
  onReportSignal: (report) => void process.on('SIGUSR1', report),
}

// No top-level await: the bundle is CommonJS, because an ESM import of node:http costs 7 MB of memory.
void main()

async function main(): Promise<void> {
  process.exitCode = await dispatch(process.argv.slice(2), io)
  // A look at a dead network file system keeps a process that has said everything.
  setTimeout(() => process.exit(), LINGER_MS_MAX).unref()
}

/** Who reads no further has read enough: what a command did, and its exit code, do not depend on it. */
function writeTo(stream: NodeJS.WriteStream, text: string): void {
  if (stream.listenerCount('error') === 0) stream.on('error', () => undefined)
  stream.write(text)
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

// JSON lines on standard error, one per change of state. Messages are static; facts go into fields.
import { destination, pino } from 'pino'
import { withoutSecrets } from './without-secrets.ts'

/** What the agent's parts ask of a logger. */
export type Log = {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Synchronous and without a worker thread: a line written before a crash is there, and a bundle has no worker file. */
export function createLogger(fd = 2): Log {
  return pino(
    {
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    destination({ dest: fd, sync: true }),
  )
}

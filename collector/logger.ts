// One JSON line per event on stderr: stdout belongs to results. A logged string is data, never a pattern: pino fills in
// nothing when it gets the facts as an object and the message as a constant, so that is the only form used here.
import { destination, pino, type Logger } from 'pino'

/** Where a credential could slip into a logged object; its value is replaced before the line is written. */
const SECRET_PATHS = [
  'authorization',
  'cookie',
  'token',
  'secret',
  '*.authorization',
  '*.cookie',
  '*.token',
  '*.secret',
  'req.headers.authorization',
  'req.headers.cookie',
]

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export function createLogger(level: LogLevel = 'info'): Logger {
  return pino(
    { level, base: null, timestamp: isoTimestamp, redact: { paths: SECRET_PATHS, censor: '[redacted]' } },
    // Synchronous: the line that says why the process ended must not be lost with it.
    destination({ dest: 2, sync: true }),
  )
}

function isoTimestamp(): string {
  return `,"time":"${new Date().toISOString()}"`
}

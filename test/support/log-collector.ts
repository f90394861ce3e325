// A logger that remembers, so that a test can say what was told, and how often.
import type { Log } from '../../agent/logger.ts'

export type LogLine = { level: string; message: string; facts: object }

export class LogCollector implements Log {
  readonly lines: LogLine[] = []
  info = (facts: object, message: string): void => void this.lines.push({ level: 'info', message, facts })
  warn = (facts: object, message: string): void => void this.lines.push({ level: 'warn', message, facts })
  error = (facts: object, message: string): void => void this.lines.push({ level: 'error', message, facts })

  count(part: string): number {
    return this.lines.filter(({ message }) => message.includes(part)).length
  }
}

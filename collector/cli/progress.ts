// Somebody who waits over two seconds is told how far it is: one line on standard error, rewritten in place.
import { formatDuration } from '../../shared/judgement/duration.ts'
import { canMoveCursor, type Io } from './io.ts'

const QUIET_MS = 2_000
const REDRAW_MS = 200
const BAR_WIDTH = 20

export type Progress = {
  /** `total`: null while it is not known. */
  update(done: number, total: number | null): Promise<void>
  /** Takes the line away. */
  end(): Promise<void>
}

/**
 * Shows nothing where standard error is no terminal. `what`: "Reading servers". `hasPace`: false where what is done says
 * nothing of how long the rest takes.
 */
export function startProgress(io: Io, what: string, hasPace = true): Progress {
  const startedMs = performance.now()
  let drawnMs: number | null = null
  return {
    async update(done, total) {
      const nowMs = performance.now()
      const isDue = nowMs - startedMs >= QUIET_MS && nowMs - (drawnMs ?? -Infinity) >= REDRAW_MS
      if (!isDue || !canMoveCursor(io, io.err)) return
      drawnMs = nowMs
      await io.err.write(`\r\u001b[K${what} ${progressText(done, total, hasPace ? nowMs - startedMs : null)}`)
    },
    async end() {
      if (drawnMs !== null) await io.err.write('\r\u001b[K')
      drawnMs = null
    },
  }
}

/** "[#####     ] 2,500 of 10,000, about 12 s left". */
export function progressText(done: number, total: number | null, spentMs: number | null): string {
  if (total === null || total <= 0) return `${done.toLocaleString('en')} so far`
  const share = Math.min(1, done / total)
  const bar = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH)
  const left = share === 0 || spentMs === null ? '' : `, about ${formatDuration((spentMs * (1 - share)) / share)} left`
  return `[${bar}] ${done.toLocaleString('en')} of ${total.toLocaleString('en')}${left}`
}

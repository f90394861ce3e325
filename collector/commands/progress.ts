// Somebody who waits over two seconds is told how far it is: one line, rewritten in place, only on a terminal.
import type { Io } from './command.ts'

const QUIET_MS = 2_000
const REDRAW_MS = 200
const BAR_WIDTH = 20

export type Progress = { update(done: number, total: number): void; end(): void }

/** `unit`: of what is counted, with the space before it. `quietMs`: nothing is shown to somebody who waits less. */
export function startProgress(io: Io, what: string, { unit = '', quietMs = QUIET_MS } = {}): Progress {
  const startedMs = performance.now()
  let drawnMs: number | null = null
  return {
    update(done, total) {
      const nowMs = performance.now()
      if (nowMs - startedMs < quietMs || nowMs - (drawnMs ?? -Infinity) < REDRAW_MS) return
      drawnMs = nowMs
      const bar = '#'.repeat(Math.round((done / total) * BAR_WIDTH)).padEnd(BAR_WIDTH)
      io.redraw?.(`${what} [${bar}] ${done.toLocaleString('en')} of ${total.toLocaleString('en')}${unit}`)
    },
    end() {
      if (drawnMs !== null) io.redraw?.('')
    },
  }
}

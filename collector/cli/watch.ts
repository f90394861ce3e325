// The same again whenever something changed, until Ctrl-C.
import { setTimeout as sleep } from 'node:timers/promises'
import { InterruptedError } from './cli-error.ts'
import type { Client } from './client.ts'
import { canMoveCursor, type Io } from './io.ts'
import { Wakeups } from './wakeups.ts'

/** A fleet that changes all the time must stay readable. */
const REDRAW_MS_MIN = 2_000
/** Ages grow without any event. */
const REDRAW_MS_MAX = 30_000
const CLEAR = '\u001b[H\u001b[2J\u001b[3J'

/** Never resolves; rejects with InterruptedError, or when the collector says no. */
export async function watch(client: Client, io: Io, show: () => Promise<unknown>): Promise<never> {
  const wakeups = new Wakeups(client, io, ['server.changed'])
  for (let round = 0; ; round++) {
    if (canMoveCursor(io, io.out)) await io.out.write(CLEAR)
    else if (round > 0) await io.out.write('\n')
    await (round === 0 ? show() : wakeups.orAskAgain(show))
    await sleep(REDRAW_MS_MIN, undefined, { signal: io.interrupted }).catch(() => {
      throw new InterruptedError()
    })
    await wakeups.next(REDRAW_MS_MAX)
  }
}

import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves when `condition` holds, looked at every few ms; rejects with `what` after `deadlineMs`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 15_000,
): Promise<void> {
  const ended = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() >= ended) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await sleep(5)
  }
}

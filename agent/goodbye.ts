// Is it the machine that goes down, or only this process that is stopped? The agent may ask nobody, so its unit looks as
// it is stopped, and leaves a file where the whole system is stopping.
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from './host/host.ts'

/** How long the last report may take: a shutdown waits for nobody. */
export const GOODBYE_MS_MAX = 1_000

export async function isGoingDown(runtimeDirectory: string): Promise<boolean> {
  return await stat(markOf(runtimeDirectory)).then(
    () => true,
    () => false,
  )
}

/**
 * Has the agent that ran here said goodbye? Whoever reports after it takes that back. Where /run is no tmpfs the file
 * outlives its boot, and is then older than this one.
 */
export async function hasSaidGoodbye(runtimeDirectory: string, host: Pick<Host, 'now' | 'uptimeMs'>): Promise<boolean> {
  return await stat(markOf(runtimeDirectory)).then(
    ({ mtimeMs }) => mtimeMs >= host.now() - host.uptimeMs(),
    () => false,
  )
}

/** At start: what an earlier stop left, of a shutdown that did not come, says nothing any more. */
export async function forgetGoingDown(runtimeDirectory: string): Promise<void> {
  await rm(markOf(runtimeDirectory), { force: true }).catch(() => undefined)
}

/** Written by ExecStop= of overdue-agent.service. */
function markOf(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'going-down')
}

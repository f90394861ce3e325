// A report where no agent runs: for one question the command is the agent, with the same parts and the same rules. It
// holds the socket meanwhile, so that no second one reports beside it, and answers whoever asks there. A new process with
// every section is what the collector expects after an agent that ended; that one is dead, and will not come back.
import { chown, mkdir, stat } from 'node:fs/promises'
import { createAgentContext } from '../context.ts'
import { createCore } from '../core.ts'
import { hasSaidGoodbye } from '../goodbye.ts'
import type { Log } from '../logger.ts'
import type { AgentConfig } from '../settings/config.ts'
import { placesOf } from '../settings/places.ts'
import type { ReportNowAnswer } from './answer.ts'
import { openSocket } from './door.ts'
import type { ReportNowRequest } from './request.ts'

/** What goes wrong is in the answer. */
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
/** For those who asked while we were at it. */
const DRAIN_MS = 300
/** A look at a disk that hangs is not waited for. */
const STOP_MS_MAX = 100

/**
 * `taken`: meanwhile somebody else reports for this host. `going-down`: its agent has said goodbye, which a hook of the
 * same shutdown must not take back. Throws as `createAgentContext` does, and errno errors.
 */
export async function reportAlone(
  config: AgentConfig,
  request: ReportNowRequest & { waitMs: number },
): Promise<ReportNowAnswer | 'taken' | 'going-down'> {
  await becomeAgentUser(config)
  await using context = await createAgentContext(config, { log: QUIET })
  if (await hasSaidGoodbye(config.runtimeDirectory, context.host)) return 'going-down'
  const { looks, reports, reportNow, scans, asks } = createCore({ ...context, tellStatus: () => undefined })
  const socket = await openSocket(placesOf(config).reportSocket, reportNow)
  if (socket === null) return 'taken'
  const stop = new AbortController()
  // Asked before the first look begins, that one is the answer.
  const answering = reportNow.answer(request)
  const running = Promise.all([looks.run(stop.signal), reports.run(stop.signal)])
  try {
    return await answering
  } finally {
    await socket.drain(DRAIN_MS)
    stop.abort()
    asks.close()
    scans.close()
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, STOP_MS_MAX))])
    // The name goes last: whoever takes it reports at once, and two at one time look like a copied machine.
    await socket.close()
  }
}

/** What root would write, the agent could not read or replace: as root this process becomes the agent's user for good. */
async function becomeAgentUser({ runtimeDirectory, stateDirectory }: AgentConfig): Promise<void> {
  if (process.getuid?.() !== 0) return
  const owner = await stat(stateDirectory).catch(() => null)
  if (owner === null || owner.uid === 0) return
  const made = await mkdir(runtimeDirectory, { recursive: true, mode: 0o755 })
  if (made !== undefined) await chown(runtimeDirectory, owner.uid, owner.gid)
  process.setgroups?.([owner.gid])
  process.setgid?.(owner.gid)
  process.setuid?.(owner.uid)
}

// Moments that logs and files tell of, as the section `updates` carries them.
import type { LoggedMoment } from '../../shared/sections/updates.ts'
import type { Host } from '../host/host.ts'
import { bootTimeMs, toMoment } from './boot-time.ts'

const SECOND_MS = 1_000

/** Makes one of epoch ms of the host's clock: by uptime where it lies in this boot, which no step of the clock moves. */
export async function loggedMoments(host: Host): Promise<(epochMs: number) => LoggedMoment> {
  const bootedAt = await bootTimeMs(host)
  return (epochMs) => {
    const isOfThisBoot = epochMs >= bootedAt && epochMs <= host.now()
    // Logs have whole seconds; more would make another section of the same line at each reading.
    const uptimeMs = isOfThisBoot ? Math.round(toMoment(host, epochMs, 'exact').uptimeMs / SECOND_MS) * SECOND_MS : null
    return { uptimeMs, hostTime: new Date(Math.floor(epochMs / SECOND_MS) * SECOND_MS).toISOString() }
  }
}

export const NO_MOMENT: LoggedMoment = { uptimeMs: null, hostTime: null }

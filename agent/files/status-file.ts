// What the resident agent says of itself, for `status` and `report --wait`. It lies in the runtime directory: it means
// nothing after a restart, and a write a minute there costs no disk.
import type { Standing } from '../delivery/delivery.ts'
import { readFileIfThere } from './durable-file.ts'
import { isRecord, isText, parseJson, type UnknownRecord } from './json.ts'
import { isAlive, type ProcessIdentity } from './process-identity.ts'

const STATUS_BYTES_MAX = 64 * 1024

/** The last report the collector acknowledged. */
export type Acknowledgement = {
  seq: number
  root: string
  /** RFC 3339, host's clock. */
  at: string
  /** What was acknowledged so far was read at or after this moment (see steady-clock.ts); null until somebody asked. */
  freshAsOfMs: number | null
}

export type DeliveryStatus = {
  instance: string
  standing: Standing
  /** Why the last attempt failed; null when it did not. */
  problem: string | null
  /** RFC 3339; null while nothing is put off. */
  nextAttemptAt: string | null
  acknowledged: Acknowledgement | null
}

export type ResidentStatus = {
  process: ProcessIdentity
  agentVersion: string
  serverId: string
  url: string
  delivery: DeliveryStatus | null
}

export function formatStatus(status: ResidentStatus): string {
  return `${JSON.stringify({ version: 1, ...status })}\n`
}

/** What the last resident wrote; null when none did, or it cannot be read. */
export async function readStatus(path: string): Promise<ResidentStatus | null> {
  try {
    const text = await readFileIfThere(path, STATUS_BYTES_MAX)
    return text === null ? null : checkStatus(parseJson(text))
  } catch {
    return null
  }
}

/** The status of a resident agent that runs now; null when none does. */
export async function readLiveStatus(path: string): Promise<ResidentStatus | null> {
  const status = await readStatus(path)
  return status !== null && (await isAlive(status.process)) ? status : null
}

function checkStatus(value: unknown): ResidentStatus | null {
  if (!isRecord(value) || value['version'] !== 1 || !isRecord(value['process'])) return null
  const { pid, startTicks } = value['process']
  if (typeof pid !== 'number' || !isText(startTicks)) return null
  const { agentVersion, serverId, url, delivery } = value
  if (!isText(agentVersion) || !isText(serverId) || !isText(url)) return null
  const known = isRecord(delivery) && hasStanding(delivery) ? (delivery as DeliveryStatus) : null
  return { process: { pid, startTicks }, agentVersion, serverId, url, delivery: known }
}

/** The file is this program's own; one look says whether it is of this version. */
function hasStanding(delivery: UnknownRecord): boolean {
  return isText(delivery['standing']) && (delivery['acknowledged'] === null || isRecord(delivery['acknowledged']))
}

// What the agent must remember within one boot so that "since" only ever moves earlier, kept across its own restarts.
import { rename } from 'node:fs/promises'
import { isSameBoot, type BootIdentity } from '../../shared/boot-identity.ts'
import type { Moment } from '../../shared/sections/text.ts'
import { readFileIfThere } from './durable-file.ts'
import { isRecord, isText, parseJson } from './json.ts'
import type { LatestFile } from './latest-file.ts'
import type { BootMemory } from '../probes/probe.ts'

const MEMORY_BYTES_MAX = 64 * 1024
const QUALITIES = ['exact', 'observed', 'upper-bound'] as const

type MomentKey = Parameters<BootMemory['recall']>[0]

export type BootMemoryJson = {
  moments: Partial<Record<MomentKey, Moment>>
  sawNoFlag: boolean
  bootedAt: string | null
}

export type KeptBootMemory = BootMemory & { toJson(): BootMemoryJson }

export function createBootMemory(kept?: BootMemoryJson): KeptBootMemory {
  const moments: BootMemoryJson['moments'] = { ...kept?.moments }
  return {
    sawNoFlag: kept?.sawNoFlag ?? false,
    bootedAt: kept?.bootedAt ?? null,
    recall: (key) => moments[key] ?? null,
    earliest(key, candidate) {
      const known = moments[key]
      const earliest = known === undefined || candidate.uptimeMs < known.uptimeMs ? candidate : known
      moments[key] = earliest
      return earliest
    },
    toJson() {
      return { moments: { ...moments }, sawNoFlag: this.sawNoFlag, bootedAt: this.bootedAt }
    },
  }
}

/**
 * Memory of `boot` as `path` keeps it; a fresh one when the file is of another boot, missing or damaged.
 * A damaged file is kept aside as `PATH.bad`, for whoever wants to know what happened.
 */
export async function loadBootMemory(path: string, boot: BootIdentity): Promise<KeptBootMemory> {
  try {
    const text = await readFileIfThere(path, MEMORY_BYTES_MAX)
    if (text === null) return createBootMemory()
    const { of, memory } = checkMemoryFile(parseJson(text))
    return isSameBoot(of, boot) ? createBootMemory(memory) : createBootMemory()
  } catch {
    await rename(path, `${path}.bad`).catch(() => undefined)
    return createBootMemory()
  }
}

/** Queues `memory` for writing; unchanged memory costs nothing. */
export function saveBootMemory(file: LatestFile, boot: BootIdentity, memory: KeptBootMemory): void {
  const of = { kernelBootId: boot.kernelBootId, runMarker: boot.runMarker }
  file.put(`${JSON.stringify({ version: 1, of, memory: memory.toJson() })}\n`)
}

function checkMemoryFile(value: unknown): { of: BootIdentity; memory: BootMemoryJson } {
  if (!isRecord(value) || value['version'] !== 1) throw new Error('not a boot memory of version 1')
  const { of, memory } = value
  if (!isRecord(of) || !isRecord(memory) || !isRecord(memory['moments'])) throw new Error('boot memory is incomplete')
  const { kernelBootId, runMarker } = of
  if (!isText(runMarker) || !(kernelBootId === null || isText(kernelBootId))) throw new Error('boot is not a pair')
  const moments: BootMemoryJson['moments'] = {}
  for (const key of ['sentinel', 'kernel'] as const) {
    const moment = memory['moments'][key]
    if (moment !== undefined) moments[key] = checkMoment(moment)
  }
  const bootedAt = isText(memory['bootedAt']) ? memory['bootedAt'] : null
  return { of: { kernelBootId, runMarker }, memory: { moments, sawNoFlag: memory['sawNoFlag'] === true, bootedAt } }
}

function checkMoment(value: unknown): Moment {
  const quality = QUALITIES.find((known) => isRecord(value) && value['quality'] === known)
  if (!isRecord(value) || quality === undefined || !Number.isSafeInteger(value['uptimeMs'])) {
    throw new Error('moment is not one')
  }
  return { uptimeMs: value['uptimeMs'] as number, quality }
}

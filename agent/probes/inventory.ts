// What `overdue-agent scan inventory` left behind, checked field by field: the file crosses from another program run.
import type { Inventory } from '../../shared/sections/host.ts'
import { readFactsFile } from '../host/facts-file.ts'
import { orNull } from './optional-read.ts'
import { plainText } from './text.ts'

const DISKS_MAX = 256
const CORES_MAX = 100_000

/** Null while there is none, or none that can be understood: an inventory is a label, its lack no failure. */
export async function readInventory(factsDirectory: string | null): Promise<Inventory | null> {
  return factsDirectory === null ? null : parseInventory(await orNull(readFactsFile(factsDirectory, 'inventory')))
}

export function parseInventory(value: unknown): Inventory | null {
  if (!isObject(value)) return null
  const { cpu, disks } = value
  return {
    manufacturer: text(value['manufacturer']),
    model: text(value['model']),
    hypervisor: text(value['hypervisor']),
    cpu: isObject(cpu)
      ? { model: text(cpu['model']) ?? '', cores: Math.min(size(cpu['cores']) ?? 0, CORES_MAX) }
      : null,
    memoryBytes: size(value['memoryBytes']),
    disks: Array.isArray(disks) ? disks.filter(isObject).slice(0, DISKS_MAX).map(toDisk) : null,
  }
}

function toDisk(disk: Record<string, unknown>): NonNullable<Inventory['disks']>[number] {
  return { name: text(disk['name']) ?? '', model: text(disk['model']), sizeBytes: size(disk['sizeBytes']) }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? plainText(value.trim()) : null
}

function size(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null
}

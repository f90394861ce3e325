// `overdue-agent scan inventory`: make, model, hypervisor, processor, memory and disks, once per boot, into a facts file
// the resident agent joins. systeminformation starts dozens of child processes, so it runs here and nowhere else, and
// is loaded only when this command runs.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type * as systeminformation from 'systeminformation'
import type { Inventory } from '../../shared/sections/host.ts'
import { replaceFile } from '../files/durable-file.ts'
import { reasonOf } from '../host/host-errors.ts'
import { parseInventory } from '../probes/inventory.ts'
import { EXIT, type CommandIo } from './io.ts'
import { parseFlags } from './parse-flags.ts'

type ScanIo = Pick<CommandIo, 'stdout' | 'stderr'>
/** The part of systeminformation that is used. */
export type InventorySource = Pick<typeof systeminformation, 'system' | 'cpu' | 'mem' | 'blockDevices'>

/** Readable by all who may enter the directory, which is root's and the agent's group's; gone with the boot. */
const FACTS_FILE = { mode: 0o644, durable: false } as const
const FACTS_DIRECTORY = '/run/overdue/facts'
/** Each of the four questions; on a host under load they take about a second. */
const QUESTION_MS_MAX = 20_000

const FLAGS = { 'facts-dir': { type: 'string' }, json: { type: 'boolean' } } as const

/** Exit code. `argv` is what follows "scan inventory". Throws UsageError. */
export async function runScanInventory(argv: readonly string[], io: ScanIo, source?: InventorySource): Promise<number> {
  const flags = parseFlags(argv, FLAGS)
  const directory = typeof flags['facts-dir'] === 'string' ? flags['facts-dir'] : FACTS_DIRECTORY
  try {
    const inventory = await takeInventory(source ?? (await import('systeminformation')))
    await mkdir(directory, { recursive: true, mode: 0o750 })
    await replaceFile(join(directory, 'inventory.json'), `${JSON.stringify(inventory)}\n`, FACTS_FILE)
    if (flags['json'] === true) io.stdout.write(`${JSON.stringify(inventory, null, 2)}\n`)
    return EXIT.done
  } catch (error) {
    io.stderr.write(`overdue-agent scan inventory: write ${directory}/inventory.json: ${reasonOf(error)}\n`)
    return EXIT.failed
  }
}

/** What cannot be found out, or not in time, is null. `questionMsMax`: ms for each question. */
export async function takeInventory(
  source: InventorySource,
  questionMsMax = QUESTION_MS_MAX,
): Promise<Inventory | null> {
  const [system, cpu, memory, disks] = await Promise.all([
    answer(source.system(), questionMsMax),
    answer(source.cpu(), questionMsMax),
    answer(source.mem(), questionMsMax),
    answer(source.blockDevices(), questionMsMax),
  ])
  return parseInventory({
    manufacturer: system?.manufacturer,
    // Guessed from /.dockerenv, which a disk image made from a container image keeps.
    model: system?.model === 'Docker Container' ? null : system?.model,
    hypervisor: system?.virtualHost,
    cpu: cpu === null ? null : { model: `${cpu.manufacturer} ${cpu.brand}`, cores: cpu.cores },
    memoryBytes: memory?.total,
    disks: disks?.filter(isDisk).map(({ name, model, size }) => ({ name, model, sizeBytes: size })),
  })
}

function isDisk({ type, name }: { type: string; name: string }): boolean {
  return type === 'disk' && !/^(?:loop|ram|zram)\d/.test(name)
}

async function answer<T>(question: Promise<T>, msMax: number): Promise<T | null> {
  const { promise: tooLate, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), msMax)
  try {
    return await Promise.race([question, tooLate])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

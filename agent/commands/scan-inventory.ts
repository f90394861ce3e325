// `overdue-agent scan inventory`: make, model, hypervisor, processor, memory and disks, and what systems without
// /run/reboot-required tell, into two facts files the resident agent joins. All of it starts child processes, so it runs here
// and nowhere else; systeminformation starts dozens, and is loaded only when this command runs.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type * as systeminformation from 'systeminformation'
import type { FamilyFacts } from '../../shared/facts/families.ts'
import type { Inventory } from '../../shared/sections/host.ts'
import { replaceFile } from '../files/durable-file.ts'
import type { Host } from '../host/host.ts'
import { hostAt } from '../host/host-at.ts'
import { reasonOf } from '../host/host-errors.ts'
import { parseInventory } from '../probes/inventory.ts'
import { EXIT, type CommandIo } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { scanFamilies } from './scan-inventory-families.ts'

type ScanIo = Pick<CommandIo, 'stdout' | 'stderr'>
/** The part of systeminformation that is used. */
export type InventorySource = Pick<typeof systeminformation, 'system' | 'cpu' | 'mem' | 'blockDevices'>

/** Readable by all who may enter the directory, which is root's and the agent's group's; gone with the boot. */
const FACTS_FILE = { mode: 0o644, durable: false } as const
const FACTS_DIRECTORY = '/run/overdue/facts'
/** Each of the four questions; on a host under load they take about a second. */
const QUESTION_MS_MAX = 20_000

const FLAGS = { root: { type: 'string' }, 'facts-dir': { type: 'string' }, json: { type: 'boolean' } } as const

/** What stands in for this machine, in tests. */
export type ScanSources = { hardware?: InventorySource; host?: Host }

/** Exit code. `argv` is what follows "scan inventory". Throws UsageError. */
export async function runScanInventory(
  argv: readonly string[],
  io: ScanIo,
  sources: ScanSources = {},
): Promise<number> {
  const flags = parseFlags(argv, FLAGS)
  const root = typeof flags['root'] === 'string' ? flags['root'] : null
  const given = typeof flags['facts-dir'] === 'string' ? flags['facts-dir'] : null
  // What is left for a resident agent is read by the clock that agent has: a recording it watches lives on.
  const host = sources.host ?? (await hostAt(root, given === null ? 'recorded' : 'live'))
  const [inventory, families] = await Promise.all([hardwareOf(root, sources), scanFamilies(host)])
  if (flags['json'] === true) io.stdout.write(`${JSON.stringify({ inventory, families }, null, 2)}\n`)
  // A recording says nothing about this machine: what is found there is printed and kept nowhere.
  const directory = given ?? (root === null ? FACTS_DIRECTORY : null)
  return directory === null ? EXIT.done : await leave(directory, { families, inventory }, io)
}

/** A recording has no make and model of its own. */
async function hardwareOf(root: string | null, { hardware }: ScanSources): Promise<Inventory | null> {
  return root === null ? await takeInventory(hardware ?? (await import('systeminformation'))) : null
}

type Found = { families: FamilyFacts; inventory: Inventory | null }

/** The hardware last: who asked for this scan waits for that file. */
async function leave(directory: string, { families, inventory }: Found, io: ScanIo): Promise<number> {
  let file = 'families.json'
  try {
    await mkdir(directory, { recursive: true, mode: 0o750 })
    await replaceFile(join(directory, file), `${JSON.stringify(families)}\n`, FACTS_FILE)
    file = 'inventory.json'
    await replaceFile(join(directory, file), `${JSON.stringify(inventory)}\n`, FACTS_FILE)
    return EXIT.done
  } catch (error) {
    io.stderr.write(`overdue-agent scan inventory: write ${directory}/${file}: ${reasonOf(error)}\n`)
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

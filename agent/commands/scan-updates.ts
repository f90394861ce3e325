// `overdue-agent scan updates`: what waits to be upgraded, whether this host upgrades itself, and what upgrades fixed, into a
// facts file the resident agent joins. apt and changelogs take seconds of a processor: nobody waits for this one.
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import { replaceFile } from '../files/durable-file.ts'
import type { Host } from '../host/host.ts'
import { hostAt } from '../host/host-at.ts'
import { reasonOf } from '../host/host-errors.ts'
import { readUpdatesFacts } from '../probes/update-facts.ts'
import { EXIT, type CommandIo } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { scanUpdates } from './scan-updates-look.ts'
import { updatesText } from './scan-updates-text.ts'

type ScanIo = Pick<CommandIo, 'stdout' | 'stderr'>

/** Readable by all who may enter the directory, which is root's and the agent's group's; gone with the boot. */
const FACTS_FILE = { mode: 0o644, durable: false } as const
const FACTS_DIRECTORY = '/run/overdue/facts'
const NAME = 'updates.json'
const FLAGS = { root: { type: 'string' }, json: { type: 'boolean' }, 'facts-dir': { type: 'string' } } as const

/** Exit code. `argv` is what follows "scan updates". Throws UsageError. */
export async function runScanUpdates(
  argv: readonly string[],
  io: ScanIo,
  { host: given }: { host?: Host } = {},
): Promise<number> {
  const flags = parseFlags(argv, FLAGS)
  const root = typeof flags['root'] === 'string' ? flags['root'] : null
  const named = typeof flags['facts-dir'] === 'string' ? flags['facts-dir'] : null
  // A recording says nothing about this machine: what is found there is printed and kept nowhere.
  const directory = named ?? (root === null ? FACTS_DIRECTORY : null)
  // What is left for a resident agent is read by the clock that agent has: a recording it watches lives on.
  const host = given ?? (await hostAt(root, named === null ? 'recorded' : 'live'))
  const known = directory === null ? null : (await readUpdatesFacts(directory)).facts
  const facts = await scanUpdates(host, known)
  if (flags['json'] === true) io.stdout.write(`${JSON.stringify(facts, null, 2)}\n`)
  else if (named === null) io.stdout.write(updatesText(facts))
  return directory === null ? EXIT.done : await leave(join(directory, NAME), facts, io)
}

async function leave(path: string, facts: UpdatesFacts, io: ScanIo): Promise<number> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 })
    await replaceFile(path, `${JSON.stringify(facts)}\n`, FACTS_FILE)
    return EXIT.done
  } catch (error) {
    io.stderr.write(`overdue-agent scan updates: write ${path}: ${reasonOf(error)}\n`)
    return EXIT.failed
  }
}

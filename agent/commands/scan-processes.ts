// `overdue-agent scan processes`: which processes still run what an upgrade replaced, into a facts file the resident agent
// joins. To see the maps of others takes a capability the resident agent does not have, so it runs for a second and goes.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../files/durable-file.ts'
import { hostAt } from '../host/host-at.ts'
import { reasonOf } from '../host/host-errors.ts'
import { processesAt } from '../host/processes-at.ts'
import { EXIT, type CommandIo } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { scanProcesses } from './scan-processes-look.ts'
import { processesText } from './scan-processes-text.ts'

type ScanIo = Pick<CommandIo, 'stdout' | 'stderr'>

/** Readable by all who may enter the directory, which is root's and the agent's group's; gone with the boot. */
const FACTS_FILE = { mode: 0o644, durable: false } as const
const FACTS_DIRECTORY = '/run/overdue/facts'
const FLAGS = { root: { type: 'string' }, json: { type: 'boolean' }, out: { type: 'string' } } as const

/** Exit code. `argv` is what follows "scan processes". Throws UsageError. */
export async function runScanProcesses(argv: readonly string[], io: ScanIo): Promise<number> {
  const flags = parseFlags(argv, FLAGS)
  const root = typeof flags['root'] === 'string' ? flags['root'] : null
  const out = typeof flags['out'] === 'string' ? flags['out'] : null
  // What is left for a resident agent is read by the clock that agent has: a recording it watches lives on.
  const host = await hostAt(root, out === null ? 'recorded' : 'live')
  const facts = await scanProcesses({ host, processes: await processesAt(root), root })
  // A recording says nothing about this machine: what is found there is printed and kept nowhere.
  const file = out ?? (root === null ? join(FACTS_DIRECTORY, 'processes.json') : null)
  if (flags['json'] === true) io.stdout.write(`${JSON.stringify(facts, null, 2)}\n`)
  else if (out === null) io.stdout.write(processesText(facts))
  if (file === null) return EXIT.done
  try {
    if (out === null) await mkdir(FACTS_DIRECTORY, { recursive: true, mode: 0o750 })
    await replaceFile(file, `${JSON.stringify(facts)}\n`, FACTS_FILE)
    return EXIT.done
  } catch (error) {
    io.stderr.write(`overdue-agent scan processes: write ${file}: ${reasonOf(error)}\n`)
    return EXIT.failed
  }
}

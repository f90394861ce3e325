// What `overdue-agent scan processes` left behind, checked field by field, and whether it still says something.
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import {
  COMPONENT_PATH_LENGTH_MAX,
  COMPONENT_PROGRAMS_MAX,
  NAME_LENGTH_MAX,
  OUTDATED_COMMAND_LENGTH_MAX,
  OUTDATED_FILE_LENGTH_MAX,
  OUTDATED_GROUPS_MAX,
  OUTDATED_NAMES_MAX,
  OUTDATED_PIDS_MAX,
  PACKAGE_NAME_LENGTH_MAX,
  TEXT_LENGTH_MAX,
} from '../../shared/protocol/limits.ts'
import type { OutdatedGroup, Remedy } from '../../shared/sections/processes.ts'
import { factsFileMark, readFactsFile } from '../host/facts-file.ts'

/** Nobody looked: of this file nothing is known, which is not a failure. Or somebody did, and it cannot be used. */
export type FoundProcesses = ProcessesFacts | { why: string; isMissing: boolean }

const NEVER: FoundProcesses = { why: 'no scan of the processes has answered yet', isMissing: true }

/** Keeps what was parsed until another file takes its place. */
export class ProcessesFile {
  readonly #directory: string
  #mark: string | null = null
  #found: FoundProcesses = NEVER

  constructor(directory: string) {
    this.#directory = directory
  }

  async read(): Promise<FoundProcesses> {
    const mark = await factsFileMark(this.#directory, 'processes')
    if (mark === null || mark !== this.#mark) this.#found = await readOnce(this.#directory)
    this.#mark = mark
    return this.#found
  }
}

async function readOnce(directory: string): Promise<FoundProcesses> {
  try {
    const value = await readFactsFile(directory, 'processes')
    if (value === null) return NEVER
    const why = 'what the scan of the processes left cannot be understood'
    return parseProcessesFacts(value) ?? { why, isMissing: false }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error), isMissing: false }
  }
}

/** Null for what no scan of ours wrote: a row that a collector would refuse would cost the whole report. */
export function parseProcessesFacts(value: unknown): ProcessesFacts | null {
  if (!isObject(value) || value['format'] !== 1 || !Array.isArray(value['outdated'])) return null
  const { count, looked, readUptimeMs, readAt } = value
  if (!isCount(count) || !isCount(looked) || typeof readUptimeMs !== 'number' || typeof readAt !== 'string') return null
  const rows = (value['outdated'] as unknown[]).slice(0, OUTDATED_GROUPS_MAX).map(toGroup)
  if (rows.some((row) => row === null)) return null
  return {
    format: 1,
    outdated: rows.filter((row) => row !== null),
    ...programsIn(value['programs']),
    count,
    looked,
    missing: text(value['missing'], TEXT_LENGTH_MAX),
    problem: text(value['problem'], TEXT_LENGTH_MAX),
    bootId: text(value['bootId'], NAME_LENGTH_MAX),
    readUptimeMs,
    readAt,
  }
}

/** What is no path is left out. */
function programsIn(value: unknown): Pick<ProcessesFacts, 'programs'> {
  if (!Array.isArray(value)) return {}
  const paths = listOf(value, COMPONENT_PROGRAMS_MAX).flatMap((path) => text(path, COMPONENT_PATH_LENGTH_MAX) ?? [])
  return { programs: paths.filter((path) => path.startsWith('/')) }
}

function toGroup(value: unknown): OutdatedGroup | null {
  if (!isObject(value)) return null
  const command = text(value['command'], OUTDATED_COMMAND_LENGTH_MAX)
  const remedy = REMEDIES.find((word) => word === value['remedy'])
  const pids = listOf(value['pids'], OUTDATED_PIDS_MAX).filter((pid) => isCount(pid) && pid > 0)
  if (command === null || remedy === undefined || pids.length === 0) return null
  const { more, isLocal } = value
  const unit = text(value['unit'], NAME_LENGTH_MAX)
  const container = text(value['container'], NAME_LENGTH_MAX)
  return {
    pids: pids as number[],
    ...(isCount(more) && more > 0 ? { more } : {}),
    ...(unit === null ? {} : { unit }),
    ...(container === null ? {} : { container }),
    command,
    user: text(value['user'], OUTDATED_COMMAND_LENGTH_MAX),
    packages: texts(value['packages'], PACKAGE_NAME_LENGTH_MAX),
    files: texts(value['files'], OUTDATED_FILE_LENGTH_MAX),
    remedy,
    ...(isLocal === true ? { isLocal } : {}),
  }
}

const REMEDIES: readonly Remedy[] = ['restart', 'reexec', 'relogin', 'container', 'reboot', 'never-alone']
const COUNT_MAX = 2 ** 31

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX
}

function listOf(value: unknown, lengthMax: number): unknown[] {
  return Array.isArray(value) ? (value as unknown[]).slice(0, lengthMax) : []
}

function texts(value: unknown, lengthMax: number): string[] {
  return listOf(value, OUTDATED_NAMES_MAX).flatMap((one) => text(one, lengthMax) ?? [])
}

function text(value: unknown, lengthMax: number): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, lengthMax) : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Did anything change that apt's answer, or that of the changelogs, is made of? Both take seconds of a processor, and their
// files hardly ever change: what stands for them as they are is kept beside the answer.
import { hash } from 'node:crypto'
import type { PackageFix } from '../../shared/sections/updates.ts'
import { isMissing, type Host } from '../host/host.ts'
import { DPKG_STATUS } from '../probes/dpkg-status.ts'
import { logsMark } from '../probes/package-runs.ts'
import type { AptConfig } from '../updates/apt-config.ts'
import { AGENT_VERSION } from '../version.ts'
import { changelogsOfFix } from './scan-updates-changelogs.ts'

/** Null: nothing that can be compared, so that nothing passes for unchanged. */
export type Mark = string | null

/** What apt works upgrades out of, beside its settings. */
const APT_FILES = [
  DPKG_STATUS,
  '/var/lib/dpkg/arch',
  '/var/lib/apt/extended_states',
  // A host's place in the order in which phased updates are handed out.
  '/etc/machine-id',
  '/etc/apt/preferences',
  '/etc/apt/sources.list',
]
const APT_FOLDERS = ['/var/lib/apt/lists', '/etc/apt/preferences.d', '/etc/apt/sources.list.d']

/** Where apt keeps these unless it is told otherwise. */
const USUAL = {
  Dir: '/',
  'Dir::Etc': 'etc/apt',
  'Dir::State': 'var/lib/apt',
  'Dir::State::lists': 'lists/',
  'Dir::State::status': DPKG_STATUS,
} as const

/** `dump`: what `apt-config dump` printed, `config`: the same, read. */
export async function pendingMark(host: Host, dump: string, config: AptConfig): Promise<Mark> {
  const isUsual = Object.entries(USUAL).every(([name, value]) => config.text(name) === value)
  if (!isUsual) return null
  const lists = await Promise.all(APT_FOLDERS.map(async (folder) => await entriesOf(host, folder)))
  return await markOf(host, [...APT_FILES, ...lists.flat()], dump)
}

/** Without the changelogs, which are known afterwards; taken first: what is written meanwhile is found by the next look. */
export async function logsAndPackagesMark(host: Host): Promise<Mark> {
  return await markOf(host, [DPKG_STATUS, '/etc/localtime', '/etc/timezone'], await logsMark(host))
}

export async function fixesMark(host: Host, before: Mark, fixes: readonly PackageFix[]): Promise<Mark> {
  return before === null ? null : await markOf(host, fixes.flatMap(changelogsOfFix), before)
}

/** A folder that is not there is empty; whether it can be read its own line tells. */
async function entriesOf(host: Host, folder: string): Promise<string[]> {
  const names = await host.list(folder).catch((): string[] => [])
  return [folder, ...names.sort().map((name) => `${folder}/${name}`)]
}

async function markOf(host: Host, paths: readonly string[], more: string): Promise<Mark> {
  const lines = await Promise.all(paths.map(async (path) => await lineOf(host, path)))
  return lines.includes(null) ? null : hash('sha256', [AGENT_VERSION, more, ...lines].join('\n'))
}

/** Null where it cannot be seen, or has no time of its own, as in a recording. */
async function lineOf(host: Host, path: string): Promise<string | null> {
  try {
    const { kind } = await host.facts(path)
    const { inode, mtimeMs, sizeBytes } = await host.facts(kind === 'link' ? await host.realPath(path) : path)
    return inode === null || mtimeMs === null ? null : [path, inode, mtimeMs, sizeBytes].join(' ')
  } catch (error) {
    return isMissing(error) ? `${path} -` : null
  }
}

// Processes that exist in memory alone: as many as a test wants, and with anything a hostile user could make them show.
import { scanProcesses } from '../../agent/commands/scan-processes-look.ts'
import { HostError } from '../../agent/host/host.ts'
import type { Processes, ProcessText } from '../../agent/host/processes.ts'
import { createRecordedHost } from '../../agent/host/recorded-host.ts'
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import { makeRecording, type HostFiles } from './recorded-host.ts'

export const LIBSSL = '/usr/lib/x86_64-linux-gnu/libssl.so.3'
export const LIBC = '/usr/lib/x86_64-linux-gnu/libc.so.6'

export type MadeProcess = {
  exe?: string
  maps?: string | Iterable<Buffer>
  cgroup?: string
  comm?: string
  state?: string
  uid?: number
  /** Seconds of uptime at which it started. */
  startedS?: number
  root?: 'host' | 'other' | 'hangs'
  isInOwnUserNamespace?: boolean
  /** Files that are there under their literal names, and their inodes. */
  files?: Readonly<Record<string, number>>
  /** Instead of any of its files. */
  error?: HostError
  /** Told of every reading, so that a test can change the process meanwhile. */
  onRead?: (file: string) => void
}

/** The host has been up for a day; the packages were changed an hour ago. */
export const UPTIME_S = 86_400
const CHANGED_S = UPTIME_S - 3_600
const NOW = Date.UTC(2026, 10, 22, 12)
const PACKAGES = {
  'libssl3:amd64': [LIBSSL],
  'libc6:amd64': ['/lib/x86_64-linux-gnu/libc.so.6'],
  nginx: ['/usr/sbin/nginx'],
}

/** One line of maps. */
export function mapped(path: string, { perms = 'r-xp', device = 'fe:00', inode = 4711 } = {}): string {
  return `7f7e6615e000-7f7e661bb000 ${perms} 0001f000 ${device} ${inode}                    ${path}\n`
}

export function unitOf(unit: string): string {
  return `0::/system.slice/${unit}\n`
}

/** A daemon that runs an old libssl3. */
export function outdatedDaemon(change: MadeProcess = {}): MadeProcess {
  return { maps: mapped(LIBC) + mapped(`${LIBSSL} (deleted)`), ...change }
}

export function makeProcessHost(files: HostFiles = {}): string {
  const lists = Object.entries(PACKAGES).map(([name, paths]) => [
    `var/lib/dpkg/info/${name}.list`,
    `/.\n/usr\n${paths.join('\n')}\n`,
  ])
  const mtime = new Date(NOW - (UPTIME_S - CHANGED_S) * 1000).toISOString()
  const stat = Object.fromEntries(Object.keys(PACKAGES).map((name) => [`/var/lib/dpkg/info/${name}.list`, { mtime }]))
  const bootedAt = new Date(NOW - UPTIME_S * 1000).toISOString()
  return makeRecording({
    ...(Object.fromEntries(lists) as HostFiles),
    'stat.json': { json: stat },
    'clock.json': { json: { now: new Date(NOW).toISOString(), bootedAt } },
    'etc/passwd': 'root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\nmallory:x:1000:1000::/home/m:/bin/sh\n',
    ...files,
  })
}

export type ScanOptions = { root?: string; steadyMs?: () => number; isOnDevice?: Processes['isOnDevice'] }

export async function scanMade(
  made: Readonly<Record<number, MadeProcess>>,
  { root = makeProcessHost(), steadyMs, isOnDevice = () => null }: ScanOptions = {},
): Promise<ProcessesFacts> {
  const host = createRecordedHost({ directory: root, clock: 'recorded' })
  const processes = { ...processTable(made), isOnDevice }
  return await scanProcesses({ host, processes, root, ...(steadyMs === undefined ? {} : { steadyMs }) })
}

export function processTable(made: Readonly<Record<number, MadeProcess>>): Processes {
  const find = (pid: number, file: string): MadeProcess => {
    const found = made[pid]
    found?.onRead?.(file)
    if (found?.error !== undefined) throw found.error
    if (found === undefined) throw new HostError('ENOENT', 'no such process')
    return found
  }
  return {
    pids: () => Object.keys(made).map(Number),
    own: new Set([999_999]),
    owner: (pid) => made[pid]?.uid ?? 0,
    exe: (pid) => find(pid, 'exe').exe ?? '/usr/sbin/nginx',
    text: (pid, file) => textOf(pid, find(pid, file), file),
    maps: (pid) => piecesOf(find(pid, 'maps').maps ?? mapped(LIBC)),
    hasHostRoot: async (pid) => {
      const { root = 'host' } = find(pid, 'root')
      if (root === 'hangs') throw new HostError('OTHER', 'no answer within 2 s')
      return await Promise.resolve(root === 'host')
    },
    isInHostUserNamespace: (pid) => find(pid, 'ns/user').isInOwnUserNamespace !== true,
    hasFile: async (pid, path, inode) => {
      const found = find(pid, 'root').files?.[path]
      if (found === undefined) throw new HostError('ENOENT', 'no such file')
      return await Promise.resolve(inode === null || found === inode)
    },
    isOnDevice: () => null,
  }
}

function textOf(pid: number, process: MadeProcess, file: ProcessText): string {
  const { comm = 'nginx', state = 'S', uid = 0, startedS = 100, cgroup = unitOf('nginx.service') } = process
  if (file === 'cgroup') return cgroup
  if (file === 'status') return `Name:\t${comm.replaceAll('\n', '\\n')}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`
  const between = '1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0'
  return `${pid} (${comm}) ${state} ${between} ${startedS * 100} 1 1 0\n`
}

function* piecesOf(maps: string | Iterable<Buffer>): Generator<Buffer> {
  if (typeof maps !== 'string') {
    yield* maps
    return
  }
  for (let at = 0; at < maps.length; at += 4096) yield Buffer.from(maps.slice(at, at + 4096))
}

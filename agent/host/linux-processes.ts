// The processes of this machine, out of /proc.
import { readFileSync, statSync } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { attempting } from './host-errors.ts'
import { linkText, piecesOf, pidsIn, smallText } from './process-files.ts'
import { inTime, type Processes } from './processes.ts'

const PROC = '/proc'
/** File systems whose device is the same in maps, mountinfo and stat(2): overlay and btrfs give each file its own. */
const PLAIN = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'f2fs', 'jfs'])

export function createLinuxProcesses(): Processes {
  const at = (pid: number, file: string) => `${PROC}/${pid}/${file}`
  const root = inTime('look at /', stat('/'))
  const userNamespace = namespaceOf('self', 'user')
  const hostMounts = namespaceOf('1', 'mnt')
  const inodes = new Map<string, Promise<number>>()
  const devices = new Map<string, string | null>()
  const plain = readPlainDevices()
  return {
    pids: () => pidsIn(PROC),
    // Not whoever started it: that is process 1, as a rule.
    own: new Set([process.pid]),
    owner: ownerOf,
    exe: (pid) => linkText(at(pid, 'exe'), 'exe of a process'),
    text: (pid, file) => smallText(at(pid, file), `${file} of a process`),
    maps: (pid) => piecesOf(at(pid, 'maps'), 'maps of a process'),
    hasHostRoot: (pid) =>
      attempting('look at the root of a process', async () => {
        const [own, theirs] = await Promise.all([root, inTime('look at its root', stat(at(pid, 'root')))])
        return own.dev === theirs.dev && own.ino === theirs.ino
      }),
    isInHostUserNamespace: (pid) => userNamespace !== null && namespaceOf(String(pid), 'user') === userNamespace,
    hasFile: (pid, path, inode) =>
      attempting('look at a file of a process', async () => {
        // Who lives among the host's own mounts sees what all others there see, so it is looked at once.
        const isShared =
          hostMounts !== null &&
          namespaceOf(String(pid), 'mnt') === hostMounts &&
          linkText(at(pid, 'root'), 'root of a process') === '/'
        const found = isShared
          ? (inodes.get(path) ?? inodeOf(`${PROC}/1/root${path}`))
          : inodeOf(`${at(pid, 'root')}${path}`)
        if (isShared) inodes.set(path, found)
        const ino = await found
        return inode === null || ino === inode
      }),
    isOnDevice: (path, device) => {
      const folder = dirname(path)
      const known = devices.get(folder)
      const found = known === undefined ? deviceOf(folder, plain) : known
      devices.set(folder, found)
      return found === null ? null : found === device
    },
  }
}

function ownerOf(pid: number): number | null {
  try {
    return statSync(`${PROC}/${pid}`).uid
  } catch {
    return null
  }
}

async function inodeOf(path: string): Promise<number> {
  return (await inTime('look at its file', lstat(path))).ino
}

/** Null where it cannot be read. */
function namespaceOf(process: string, kind: 'user' | 'mnt'): string | null {
  try {
    return linkText(`${PROC}/${process}/ns/${kind}`, 'namespace of a process')
  } catch {
    return null
  }
}

/** As maps prints it; null where it may be another there, or the folder is gone. */
function deviceOf(folder: string, plain: ReadonlySet<string>): string | null {
  try {
    const { dev } = statSync(folder)
    const [major, minor] = [majorOf(dev), minorOf(dev)]
    return plain.has(`${major}:${minor}`) ? `${hex(major)}:${hex(minor)}` : null
  } catch {
    return null
  }
}

/** "254:0" of every plain file system that is mounted, proc_pid_mountinfo(5). */
function readPlainDevices(): ReadonlySet<string> {
  const lines = readFileSync(`${PROC}/self/mountinfo`, 'utf8').split('\n')
  return new Set(
    lines.flatMap((line) => {
      const [before = '', after = ''] = line.split(' - ', 2)
      return PLAIN.has(after.split(' ')[0] ?? '') ? [before.split(' ')[2] ?? ''] : []
    }),
  )
}

/** gnu_dev_major(3): twelve bits in the middle, and what is above 32. */
function majorOf(dev: number): number {
  const number = BigInt(dev)
  return Number(((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn))
}

function minorOf(dev: number): number {
  const number = BigInt(dev)
  return Number((number & 0xffn) | ((number >> 12n) & ~0xffn & 0xffffffn))
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0')
}

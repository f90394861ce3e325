// One folder for all that a run of the tests writes, in memory where the machine lets us: a hundred stores a run sync each
// commit, and a disk would make everybody wait. Gone with the run, also what processes that were killed left in it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHARED_FOLDER } from './once-a-run.ts'

const PREFIX = 'overdue-run-'
const MEMORY = '/dev/shm'
/** A release with its runtime and a dozen stores take a quarter of it. Containers often have 64 MB there. */
const FREE_BYTES_MIN = 2 * 1024 ** 3

let folder: string | null = null

/** Called by the test runner, before it starts workers: these, and what they start, inherit the place. */
export function setup(): void {
  const parent = isUsable(MEMORY) ? MEMORY : tmpdir()
  sweep(parent)
  folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`))
  process.env['TMPDIR'] = folder
  const shared = join(folder, 'shared')
  mkdirSync(shared)
  process.env[SHARED_FOLDER] = shared
}

export function teardown(): void {
  if (folder !== null) rmSync(folder, { recursive: true, force: true })
}

/** Memory with room, in which files may be programs. One real line: "tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0". */
function isUsable(path: string): boolean {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
    const [, , type, options = ''] = mounts.map((line) => line.split(' ')).findLast(([, at]) => at === path) ?? []
    const { bavail, bsize } = statfsSync(path)
    return type === 'tmpfs' && !/\b(ro|noexec)\b/.test(options) && bavail * bsize >= FREE_BYTES_MIN
  } catch {
    return false
  }
}

/** Folders of runs that were killed. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const owner = /^overdue-run-(\d+)-/.exec(name)?.[1]
    if (owner !== undefined && !existsSync(`/proc/${owner}`))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
}

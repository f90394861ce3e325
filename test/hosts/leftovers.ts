// What outlives a process that was killed: control groups and empty folders. Everything else of a host (its processes,
// mounts and network) ends with the process that booted it, because the kernel kills the child of a dead parent.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'overdue-host-'
const OWN = `${PREFIX}${process.pid}-`

export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

/** Control groups of one host: in the unified hierarchy and, where the machine has it, in systemd's own. */
export function makeControlGroups(name: string): string[] {
  return hierarchies().map((hierarchy) => {
    const group = join(hierarchy, `${OWN}${name}`)
    mkdirSync(group, { recursive: true })
    return group
  })
}

/** An empty folder, to mount on. */
export function makeMountPoint(name: string): string {
  const folder = join(tmpdir(), `${OWN}${name}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

export function removeTraces(name: string): void {
  removeAll((found) => found === `${OWN}${name}`)
}

/** Of processes that are gone. */
export function sweepLeftovers(): void {
  removeAll((found) => {
    const owner = /^overdue-host-(\d+)-/.exec(found)?.[1]
    return owner !== undefined && !isRunning(Number(owner))
  })
}

/** True where hosts can have a control group of their own; without one two inits would manage each other's services. */
export function hasUnifiedHierarchy(): boolean {
  return mounts().some(({ type }) => type === 'cgroup2')
}

function removeAll(isMeant: (name: string) => boolean): void {
  for (const folder of [...hierarchies(), tmpdir()])
    for (const name of readdirSync(folder)) if (isMeant(name)) removeEmptyTree(join(folder, name))
}

/** Only empty folders go, which is all that a control group can be, and all that ours may be. */
function removeEmptyTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmptyTree(join(folder, entry.name))
  try {
    rmdirSync(folder)
  } catch {
    // Somebody is in it, still or again; the next run sweeps.
  }
}

function hierarchies(): string[] {
  const wanted = mounts().filter(({ type, options }) => {
    return type === 'cgroup2' || (type === 'cgroup' && options.split(',').includes('name=systemd'))
  })
  return [...new Set(wanted.map(({ point }) => point))]
}

/** Lines like "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0". */
function mounts(): { point: string; type: string; options: string }[] {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n')
  return lines.map((line) => {
    const [, point = '', type = '', options = ''] = line.split(' ')
    return { point, type, options }
  })
}

// First part of the look: which processes have anything deleted mapped as code, or a deleted program? Of most of them
// nothing but their maps is read, as bytes. Somebody with maps as long as he can make them waits until the others were
// looked at.
import type { Processes } from '../host/processes.ts'
import { HostError, isMissing } from '../host/host.ts'
import { DeletedLines } from '../processes/deleted-lines.ts'
import { withoutMark } from '../processes/deleted-mark.ts'
import { holderOf } from '../processes/holder.ts'
import { deletedCode, type MappedFile } from '../processes/mapped-file.ts'
import { replacedFiles, type ReplacedFile } from '../processes/replaced-files.ts'
import { snapOf } from '../processes/snap.ts'

/** 2,500 lines: a daemon has 100, a browser 3,000. */
const USUAL_BYTES_MAX = 256 * 1024
/** A million lines are 100 MB. */
const LONG_BYTES_MAX = 192 * 1024 * 1024
/** Of one process: 800 libraries. Whoever has more of them is outdated by the first ones already. */
const MARKED_LINES_MAX = 4_096

export type Marked = { pid: number; exe: string; files: ReplacedFile[] }

export type MapsLook = {
  marked: Marked[]
  looked: number
  /** Could not be read, or not to the end. */
  unreadable: number
  /** Not reached in time. */
  late: number
}

/** `isLate`: the time for this is over. */
export function lookAtMaps(processes: Processes, isLate: () => boolean): MapsLook {
  const look: MapsLook = { marked: [], looked: 0, unreadable: 0, late: 0 }
  const long: number[] = []
  for (const pid of systemFirst(processes)) {
    if (isLate()) look.late += 1
    else if (lookAtOne(processes, pid, look, USUAL_BYTES_MAX, isLate) === 'long') long.push(pid)
  }
  for (const pid of unitsFirst(processes, long)) {
    if (isLate()) look.late += 1
    else if (lookAtOne(processes, pid, look, LONG_BYTES_MAX, isLate) === 'long') look.unreadable += 1
  }
  return look
}

function lookAtOne(
  processes: Processes,
  pid: number,
  look: MapsLook,
  bytesMax: number,
  isLate: () => boolean,
): 'done' | 'long' {
  try {
    const exe = processes.exe(pid)
    const mapped = mappedBy(processes, pid, bytesMax, isLate)
    if (mapped === null) return 'long'
    look.looked += 1
    const files = replacedFiles(exe, mapped)
    if (files.length > 0 || snapOf(withoutMark(exe) ?? exe) !== null) look.marked.push({ pid, exe, files })
  } catch (error) {
    if (!isGone(error)) look.unreadable += 1
  }
  return 'done'
}

/** It ended, or is a thread of the kernel. */
function isGone(error: unknown): boolean {
  return error instanceof HostError && isMissing(error)
}

/** Null where there is more than `bytesMax`, or no time for more. */
function mappedBy(processes: Processes, pid: number, bytesMax: number, isLate: () => boolean): MappedFile[] | null {
  const lines = new DeletedLines()
  const found = new Map<string, MappedFile>()
  let bytes = 0
  let pieces = 0
  let marked = 0
  for (const piece of processes.maps(pid)) {
    bytes += piece.length
    pieces += 1
    if (bytes > bytesMax || (pieces % 256 === 0 && isLate())) return null
    if (marked > MARKED_LINES_MAX) break
    for (const line of lines.take(piece)) {
      const mapped = deletedCode(line)
      marked += 1
      if (mapped !== null) found.set(`${mapped.device} ${mapped.inode} ${mapped.path}`, mapped)
    }
  }
  return [...found.values()]
}

/** Root's, then those of users that are no persons: whoever starts 30,000 to make this slow comes after them. */
export function systemFirst(processes: Processes): number[] {
  const pids = processes.pids().filter((pid) => !processes.own.has(pid))
  const ranks = new Map(pids.map((pid) => [pid, rankOf(processes.owner(pid))]))
  return pids.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))
}

/** Users of services: those of the system, and those that systemd makes up, systemd.exec(5) DynamicUser. */
function rankOf(uid: number | null): number {
  if (uid === null || uid === 0) return 0
  return uid < 1_000 || (uid >= 61_184 && uid <= 65_519) ? 1 : 2
}

/** Nobody can put himself under a unit of the system. */
function unitsFirst(processes: Processes, pids: readonly number[]): number[] {
  const isSystems = new Map(pids.map((pid) => [pid, isOfSystem(processes, pid)]))
  return pids.toSorted((a, b) => Number(isSystems.get(b)) - Number(isSystems.get(a)))
}

function isOfSystem(processes: Processes, pid: number): boolean {
  try {
    const { kind } = holderOf(processes.text(pid, 'cgroup'))
    return kind === 'unit' || kind === 'init'
  } catch {
    return false
  }
}

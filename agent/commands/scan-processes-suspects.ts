// Second part of the look, at the few that have something deleted: who they are, whose they are, and whether the files are
// gone in truth. What was read belongs to one process only if that process was there from the beginning to the end.
import type { Host } from '../host/host.ts'
import { HostError, isMissing } from '../host/host.ts'
import type { Processes } from '../host/processes.ts'
import { withoutMark } from '../processes/deleted-mark.ts'
import { type Holder, holderOf } from '../processes/holder.ts'
import type { Suspect } from '../processes/outdated-process.ts'
import { effectiveUid, parseStat, type ProcessStat } from '../processes/process-stat.ts'
import type { ReplacedFile } from '../processes/replaced-files.ts'
import { isSkipped } from '../processes/skipped.ts'
import { isOldRevision, snapOf } from '../processes/snap.ts'
import type { Marked } from './scan-processes-maps.ts'

export type SuspectsLook = { suspects: Suspect[]; unreadable: number; late: number }

type Look = {
  host: Host
  processes: Processes
  nameOfUser: (uid: number) => string
  isLate: () => boolean
}

const MARK = ' (deleted)'
const RANKS: Readonly<Record<Holder['kind'], number>> = {
  init: 0,
  unit: 1,
  machine: 2,
  container: 2,
  none: 3,
  session: 4,
}

/** Those of the system first: whoever makes a look at his own files slow holds up himself. */
export async function lookAtSuspects(look: Look, marked: readonly Marked[]): Promise<SuspectsLook> {
  const found: SuspectsLook = { suspects: [], unreadable: 0, late: 0 }
  const known = marked.flatMap((one) => {
    try {
      return [{ ...one, identity: identityOf(look.processes, one.pid) }]
    } catch (error) {
      if (!isGone(error)) found.unreadable += 1
      return []
    }
  })
  const ordered = known.toSorted((a, b) => RANKS[a.identity.holder.kind] - RANKS[b.identity.holder.kind])
  for (const one of ordered) {
    if (look.isLate()) {
      found.late += 1
      continue
    }
    try {
      const suspect = await lookAtSuspect(look, one)
      if (suspect !== null) found.suspects.push(suspect)
    } catch (error) {
      if (!isGone(error)) found.unreadable += 1
    }
  }
  return found
}

function isGone(error: unknown): boolean {
  return error instanceof HostError && isMissing(error)
}

type Identity = { stat: ProcessStat; uid: number | null; holder: Holder }

function identityOf(processes: Processes, pid: number): Identity {
  return {
    stat: startOf(processes, pid),
    uid: effectiveUid(processes.text(pid, 'status')),
    holder: holderOf(processes.text(pid, 'cgroup')),
  }
}

function startOf(processes: Processes, pid: number): ProcessStat {
  const stat = parseStat(processes.text(pid, 'stat'))
  if (stat === null) throw new HostError('OTHER', 'read stat of a process: not understood')
  return stat
}

type Known = Marked & { identity: Identity }

/** Null: it is not outdated, or no longer the process that was looked at. */
async function lookAtSuspect(look: Look, { pid, exe, files, identity }: Known) {
  const { host, processes, nameOfUser } = look
  const { stat, uid, holder } = identity
  const uptimeMs = host.uptimeMs()
  if (isSkipped({ exe, stat, uid }, uptimeMs)) return null
  const seesHost = (await processes.hasHostRoot(pid)) && processes.isInHostUserNamespace(pid)
  const gone: ReplacedFile[] = []
  for (const file of files) {
    if (!(await isStillThere(processes, pid, file))) gone.push(asSeen(processes, file))
  }
  const snap = await oldSnap(host, withoutMark(exe) ?? exe)
  if ((gone.length === 0 && snap === null) || !isSame(identity, exe, processes, pid)) return null
  return {
    pid,
    command: nameOf(withoutMark(exe) ?? exe),
    user: uid === null ? null : nameOfUser(uid),
    holder,
    files: gone,
    startedAtMs: host.now() - (uptimeMs - stat.startedUptimeMs),
    seesHost,
    snap,
  }
}

/** A number may be given again, and a program be replaced by another: then what was read is of two of them. */
function isSame({ stat }: Identity, exe: string, processes: Processes, pid: number): boolean {
  return startOf(processes, pid).startedUptimeMs === stat.startedUptimeMs && processes.exe(pid) === exe
}

/** A file may truly be called "x (deleted)". A line feed in a name is printed as \012. */
async function isStillThere(processes: Processes, pid: number, { path, inode }: ReplacedFile): Promise<boolean> {
  const names = new Set([`${path}${MARK}`, `${path}${MARK}`.replaceAll('\\012', '\n')])
  for (const name of names) {
    try {
      if (await processes.hasFile(pid, name, inode)) return true
    } catch (error) {
      // Could not look: then the kernel's word counts.
      if (error instanceof HostError && error.code === 'OTHER') throw error
    }
  }
  return false
}

/** Mapped from another device than the folder of its name lies on: another file that only looks like the host's. */
function asSeen(processes: Processes, file: ReplacedFile): ReplacedFile {
  const isElsewhere = file.device !== null && processes.isOnDevice(file.path, file.device) === false
  return isElsewhere ? { ...file, isForeign: true } : file
}

async function oldSnap(host: Host, exe: string): Promise<string | null> {
  const snap = snapOf(exe)
  if (snap === null) return null
  const current = await host.readLink(`/snap/${snap.name}/current`).catch(() => null)
  return isOldRevision(snap.revision, current) ? snap.name : null
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path
}

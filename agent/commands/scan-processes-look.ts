// Which processes of this host run what was replaced: maps of all, then a closer look at the few that have something
// deleted, then whose the files are. Each part ends in time whatever it meets, and says what it did not reach.
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import type { Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import type { Processes } from '../host/processes.ts'
import { groupOutdated } from '../processes/group.ts'
import { judgeSuspect, type OutdatedProcess } from '../processes/outdated-process.ts'
import { shown } from '../processes/shown.ts'
import { arePackagesChanging } from '../probes/packages-at-work.ts'
import { steadyClockMs } from '../steady-clock.ts'
import { lookAtMaps, systemFirst } from './scan-processes-maps.ts'
import { readOwners } from './scan-processes-owners.ts'
import { programsByHand } from './scan-processes-programs.ts'
import { readRemedies } from './scan-processes-remedies.ts'
import { lookAtSuspects } from './scan-processes-suspects.ts'
import { readUserNames } from './scan-processes-users.ts'

/** 5,000 processes take less than one second; somebody who wants this to hang gets no more than that. */
const LOOK_MS_MAX = 8_000
/** Of these, at most for the maps: what they show has to be looked at, too. */
const MAPS_MS_MAX = 5_000
/** A share of processes that could not be read and is not worth a word: they end at any moment, some are guarded. */
const UNREADABLE_SHARE_MAX = 0.05
const REASON_LENGTH_MAX = 300

export type ProcessScan = {
  host: Host
  processes: Processes
  /** Of a recorded host; null: this machine. */
  root: string | null
  steadyMs?: () => number
}

/** Never rejects: what could not be read is the `problem`, or what may be `missing`. */
export async function scanProcesses(scan: ProcessScan): Promise<ProcessesFacts> {
  const { host } = scan
  const bootId = (await host.readText('/proc/sys/kernel/random/boot_id').catch(() => '')).trim() || null
  const moment = { bootId, readUptimeMs: host.uptimeMs(), readAt: new Date(host.now()).toISOString() }
  try {
    return { format: 1, ...(await look(scan)), ...moment }
  } catch (error) {
    return { format: 1, ...nothing(reasonOf(error)), ...moment }
  }
}

type Found = Pick<ProcessesFacts, 'outdated' | 'programs' | 'count' | 'looked' | 'missing' | 'problem'>

function nothing(problem: string): Found {
  return { outdated: [], count: 0, looked: 0, missing: null, problem: shown(problem, REASON_LENGTH_MAX) }
}

export const AT_WORK = 'packages are being changed at this moment'

async function look({ host, processes, root, steadyMs = steadyClockMs }: ProcessScan): Promise<Found> {
  // Half of an upgrade is neither the old state nor the new one, and it is over soon.
  if (await arePackagesChanging(host)) return nothing(AT_WORK)
  const startedMs = steadyMs()
  const maps = lookAtMaps(processes, () => steadyMs() - startedMs > MAPS_MS_MAX)
  if (maps.looked === 0) return nothing(noneRead(maps.unreadable))
  const nameOfUser = await readUserNames(host)
  const isLate = () => steadyMs() - startedMs > LOOK_MS_MAX
  const closer = await lookAtSuspects({ host, processes, nameOfUser, isLate }, maps.marked)
  const paths = new Set(closer.suspects.flatMap(({ files }) => files.map(({ path }) => path)))
  const owners = await readOwners(host, root, paths)
  const remedy = await readRemedies(
    host,
    closer.suspects.map(({ holder }) => holder),
  )
  const outdated = closer.suspects.flatMap((suspect): OutdatedProcess[] => {
    const judged = judgeSuspect(suspect, owners, remedy)
    return judged === null ? [] : [judged]
  })
  return {
    ...groupOutdated(outdated),
    programs: await programsByHand(processes, systemFirst(processes), isLate),
    looked: maps.looked,
    missing: missingText(maps.looked, maps.unreadable + closer.unreadable, maps.late + closer.late),
    problem: null,
  }
}

function noneRead(unreadable: number): string {
  return unreadable === 0 ? NO_PROCESSES : 'no process could be read: this needs root, or CAP_SYS_PTRACE'
}

/** A recording without /proc/PID. */
export const NO_PROCESSES = 'no process was found'

/** No counts in it: they change with every look, and a report would go out each time. */
function missingText(looked: number, unreadable: number, late: number): string | null {
  const parts = [
    unreadable > (looked + unreadable) * UNREADABLE_SHARE_MAX ? ['some processes could not be read'] : [],
    late > 0 ? ['the time was over before all processes were looked at'] : [],
  ].flat()
  return parts.length === 0 ? null : parts.join('; ')
}

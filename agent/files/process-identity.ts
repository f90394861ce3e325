// A process id alone is reused; with its start time it names one process of this boot.
import { readFile } from 'node:fs/promises'

/** `startTicks`: field 22 of /proc/PID/stat, see proc_pid_stat(5). */
export type ProcessIdentity = { pid: number; startTicks: string }

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? 'unknown' }
}

export async function isAlive({ pid, startTicks }: ProcessIdentity): Promise<boolean> {
  return (await startTicksOf(pid)) === startTicks
}

/** Null when there is no such process. */
async function startTicksOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    // The command in field 2 may hold spaces and parentheses of its own: what follows its last ")" starts with field 3.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? null
  } catch {
    return null
  }
}

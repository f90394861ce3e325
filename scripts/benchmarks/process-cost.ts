// What a process costs, from /proc: proc_pid_smaps_rollup(5), proc_pid_stat(5), proc_pid_io(5).
import { readFileSync } from 'node:fs'

/** USER_HZ; fixed at 100 on every architecture Linux supports us on. */
const TICKS_PER_SECOND = 100

export type ProcessCost = {
  anonymousBytes: number
  pssBytes: number
  rssBytes: number
  cpuSeconds: number
  writtenBytes: number
}

export function processCost(pid: number): ProcessCost {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? Number.NaN) * 1024
  return {
    anonymousBytes: kilobytes('Anonymous'),
    pssBytes: kilobytes('Pss'),
    rssBytes: kilobytes('Rss'),
    cpuSeconds: cpuSeconds(pid),
    writtenBytes: Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? Number.NaN),
  }
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces: count from the last one. utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

// What a service costs: memory of its processes, processor time of its control group. Read on the host, from outside the
// service, so that nothing of the reading is counted.
import type { TestHost } from '../../../test/hosts/boot-host.ts'

/** kB. `pss` counts a page that n processes share as 1/n of a page; `anonymous` is what no file stands behind. */
export type Memory = { rss: number; pss: number; anonymous: number; processes: number }

/** A line for each process: kB of Rss, Pss and Anonymous. proc_pid_smaps(5). One that ended meanwhile gives none. */
const READ_MEMORY = (group: string): string =>
  `for pid in $(find /sys/fs/cgroup${group} -name cgroup.procs -exec cat {} +); do ` +
  `awk '/^(Rss|Pss|Anonymous):/ { printf "%s ", $2 } END { print "" }' /proc/$pid/smaps_rollup 2>/dev/null; done; true`

/** `group`: path below the unified hierarchy, children included. */
export async function memoryOf(host: TestHost, group: string): Promise<Memory> {
  const lines = (await host.must(READ_MEMORY(group))).split('\n').map((line) => line.trim().split(' ').map(Number))
  const sum: Memory = { rss: 0, pss: 0, anonymous: 0, processes: 0 }
  for (const [rss, pss, anonymous] of lines) {
    if (rss === undefined || pss === undefined || anonymous === undefined) continue
    sum.rss += rss
    sum.pss += pss
    sum.anonymous += anonymous
    sum.processes += 1
  }
  return sum
}

/** Processor time used so far, ms, by all that ever ran in it. cgroups(7): cpu.stat. */
export async function processorMs(host: TestHost, group: string): Promise<number> {
  const stat = await host.must(`cat /sys/fs/cgroup${group}/cpu.stat`)
  const usage = /^usage_usec (\d+)$/m.exec(stat)?.[1]
  if (usage === undefined) throw new Error(`${group}: no usage_usec in cpu.stat`)
  return Number(usage) / 1_000
}

/** As `systemd-analyze security --offline` counts it, 10 is worst. */
export async function exposureOf(host: TestHost, unit: string): Promise<number> {
  const said = await host.run(`systemd-analyze security --no-pager --offline=true ${unit}`)
  const score = /Overall exposure level for .*: ([\d.]+)/.exec(said.stdout)?.[1]
  if (score === undefined) throw new Error(`${unit}: systemd-analyze said ${said.stdout.slice(-200)}${said.stderr}`)
  return Number(score)
}

// /proc/PID/stat and /proc/PID/status, proc_pid_stat(5). The name in brackets is whatever the process calls itself, so
// everything is counted from the last bracket. Pure.

export type ProcessStat = {
  /** "S", "R", "Z", ... */
  state: string
  /** Since boot. With the pid it names one process: numbers are given again, this one is not. */
  startedUptimeMs: number
  comm: string
}

/** USER_HZ is 100 on every architecture Linux runs Node on. */
const MS_PER_TICK = 10
/** Field 22 of the file; the first after the name is field 3. */
const START_FIELD = 22 - 3

/** Null for what is no such file. */
export function parseStat(text: string): ProcessStat | null {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open === -1 || close < open) return null
  const fields = text
    .slice(close + 2)
    .trim()
    .split(' ')
  const [state = ''] = fields
  const ticks = Number(fields[START_FIELD])
  if (!/^[A-Za-z]$/.test(state) || !Number.isSafeInteger(ticks) || ticks < 0) return null
  return { state, startedUptimeMs: ticks * MS_PER_TICK, comm: text.slice(open + 1, close) }
}

/** The effective user; null where the file does not say. */
export function effectiveUid(status: string): number | null {
  const line = status.split('\n').find((one) => one.startsWith('Uid:'))
  const [, , uid = ''] = line?.split('\t') ?? []
  return /^\d+$/.test(uid) ? Number(uid) : null
}

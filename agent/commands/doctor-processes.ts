// Can this host tell which processes run code that was replaced? Whether scans answer, and how far they could look.
import { formatDuration } from '../../shared/judgement/duration.ts'
import type { Host } from '../host/host.ts'
import { orNull } from '../probes/optional-read.ts'
import { ProcessesFile } from '../probes/process-facts.ts'
import { type Finding, ok, warn } from './doctor-finding.ts'

const NAME = 'processes'
const SCAN_BY_HAND =
  'run "systemctl start overdue-scan-processes" (or, as root, "overdue-agent scan processes") and look again'
const WHAT_IT_NEEDS = 'the scan needs root, or CAP_SYS_PTRACE; in a container the outer machine may withhold it'
/** As the agent counts: two scans of six hours may be missed. */
const AGE_MS_MAX = 13 * 3_600_000

/** Nothing here fails: a restart that is needed is found without it. */
export async function checkProcesses(factsDirectory: string, host: Host): Promise<Finding> {
  const found = await new ProcessesFile(factsDirectory).read()
  if ('why' in found) return warn(NAME, `which of them run replaced code is not known: ${found.why}`, SCAN_BY_HAND)
  const { bootId, count, looked, missing, problem, readUptimeMs } = found
  const current = ((await orNull(host.readText('/proc/sys/kernel/random/boot_id'))) ?? '').trim() || null
  const ageMs = host.uptimeMs() - readUptimeMs
  if (current !== null && bootId !== null && current !== bootId) {
    return warn(NAME, 'the last scan was in another boot', SCAN_BY_HAND)
  }
  if (ageMs > AGE_MS_MAX) {
    const fix = `see "systemctl status overdue-scan-processes.timer"; ${SCAN_BY_HAND}`
    return warn(NAME, `the last scan is ${formatDuration(ageMs)} old`, fix)
  }
  if (problem !== null)
    return warn(NAME, `they could not be looked at: ${problem}`, `${SCAN_BY_HAND}; ${WHAT_IT_NEEDS}`)
  if (missing !== null) return warn(NAME, `not all could be looked at: ${missing}`, WHAT_IT_NEEDS)
  const age = formatDuration(Math.max(0, ageMs))
  return ok(NAME, `${looked} looked at ${age} ago, ${count} of them run replaced code`)
}

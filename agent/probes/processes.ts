// "Which processes still run what was replaced?" The scan of the processes tells, which may look into those of others.
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import type { ProcessesSection } from '../../shared/sections/processes.ts'
import { absent, failed, observed } from '../../shared/sections/section.ts'
import { orNull } from './optional-read.ts'
import type { Answer, Probe, ProbeContext } from './probe.ts'
import { ProcessesFile, type FoundProcesses } from './process-facts.ts'

/** A timer scans every 6 h: two of its answers may be missed, not three. */
const FACTS_MS_MAX = 13 * 3_600_000
/** The scan and the agent round the uptime each for itself. */
const CLOCK_SLACK_MS = 5_000

export const processesProbe: Probe<ProcessesSection> = {
  section: 'processes',
  async read(context) {
    const found = await processFactsIn(context)
    if ('why' in found) return found.isMissing ? absent(found.why) : failed(found.why)
    return await toSection(found, context)
  },
}

export async function processFactsIn({
  processFacts,
  processes,
  factsDirectory,
}: ProbeContext): Promise<FoundProcesses> {
  if (processFacts !== undefined) return processFacts
  if (processes !== undefined) return await processes.read()
  if (factsDirectory !== null) return await new ProcessesFile(factsDirectory).read()
  return { why: 'no process was recorded', isMissing: true }
}

async function toSection(facts: ProcessesFacts, { host }: ProbeContext): Promise<Answer<ProcessesSection>> {
  const bootId = ((await orNull(host.readText('/proc/sys/kernel/random/boot_id'))) ?? '').trim() || null
  const ageMs = host.uptimeMs() - facts.readUptimeMs
  const isOtherBoot = bootId !== null && facts.bootId !== null && bootId !== facts.bootId
  if (isOtherBoot || ageMs < -CLOCK_SLACK_MS) return absent('no scan of the processes has answered in this boot')
  // No age in it: a report would go out whenever it grew.
  if (ageMs > FACTS_MS_MAX) return failed('the last scan of the processes is too long ago')
  const { outdated, count, missing, problem, readUptimeMs } = facts
  const section = problem === null ? observed({ outdated: [...outdated], count, missing }) : failed(problem)
  return { ...section, readAtUptimeMs: readUptimeMs }
}

// "What changed packages, what did that fix, what waits, and does this host upgrade itself?" The first is in logs that anybody may read; the
// rest takes commands, so the scan of updates tells.
// Cannot see: what changed without dpkg, and what apt's lists do not name yet.
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import { absent, observed } from '../../shared/sections/section.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import { signatureOf } from './dpkg-watch.ts'
import { orNull } from './optional-read.ts'
import { type FoundRuns, readPackageRuns } from './package-runs.ts'
import { otherManager } from './packages.ts'
import type { Probe, ProbeContext } from './probe.ts'
import { type FoundUpdates, readUpdatesFacts } from './update-facts.ts'

/** A timer scans every 6 h: two of its answers may be missed, not three. */
const FACTS_MS_MAX = 13 * 3_600_000
/** The scan and the agent round the uptime each for itself. */
const CLOCK_SLACK_MS = 5_000

export const updatesProbe: Probe<UpdatesSection> = {
  section: 'updates',
  async read(context) {
    const { host } = context
    if ((await signatureOf(host)) === null) return absent(await otherManager(host))
    const runs = await runsIn(context)
    const { facts, why } = await currentFacts(context)
    const make = () => observed(sectionOf(runs, facts, why))
    return context.updates === undefined ? make() : context.updates.section({ runs, facts, why }, make)
  },
}

function sectionOf(found: FoundRuns, facts: UpdatesFacts | null, why: string | null): UpdatesSection {
  const { pending = null, unattendedUpgrades = null, fixes = null } = facts ?? {}
  const reason = why ?? 'the scan did not say why'
  const missing = facts === null ? { pending: reason, unattendedUpgrades: reason, fixes: reason } : facts.missing
  return {
    runs: found.runs,
    pending,
    unattendedUpgrades,
    fixes,
    missing: { ...(found.why === null ? {} : { runs: found.why }), ...missing },
  }
}

async function runsIn({ host, dpkg, updates }: ProbeContext): Promise<FoundRuns> {
  return updates === undefined ? await readPackageRuns(host) : await updates.runs(host, dpkg)
}

type Current = { facts: UpdatesFacts; why: null } | { facts: null; why: string }

async function currentFacts(context: ProbeContext): Promise<Current> {
  const found = await factsIn(context)
  if (found.facts === null) return found
  const why = await whyWorthless(found.facts, context)
  return why === null ? found : { facts: null, why }
}

async function factsIn({ factsDirectory, updateFacts, updates }: ProbeContext): Promise<FoundUpdates> {
  if (updateFacts !== undefined) return { facts: updateFacts, why: null }
  if (updates !== undefined) return await updates.facts()
  if (factsDirectory !== null) return await readUpdatesFacts(factsDirectory)
  return { facts: null, why: 'no scan was recorded' }
}

/** No age in it: a report would go out whenever it grew. */
async function whyWorthless({ bootId, readUptimeMs }: UpdatesFacts, { host }: ProbeContext): Promise<string | null> {
  const current = ((await orNull(host.readText('/proc/sys/kernel/random/boot_id'))) ?? '').trim() || null
  const ageMs = host.uptimeMs() - readUptimeMs
  const isOtherBoot = current !== null && bootId !== null && current !== bootId
  if (isOtherBoot || ageMs < -CLOCK_SLACK_MS) return 'no scan of updates has answered in this boot'
  return ageMs > FACTS_MS_MAX ? 'the last scan of updates is too long ago' : null
}

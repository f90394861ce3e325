// "From what were the ports judged?" The scan of the firewall tells: whose rules it found, and whether it could read them.
import { FIREWALL_TOOLS_MAX } from '../../shared/protocol/limits.ts'
import type { FirewallFacts } from '../../shared/facts/firewall.ts'
import type { ExposureSection } from '../../shared/sections/exposure.ts'
import { absent, failed, observed } from '../../shared/sections/section.ts'
import { knowledgeIn, NOT_RECORDED } from './firewall-facts.ts'
import type { Answer, Probe } from './probe.ts'

export const exposureProbe: Probe<ExposureSection> = {
  section: 'exposure',
  async read(context) {
    const knowledge = await knowledgeIn(context)
    if (knowledge.kind === 'known')
      return { ...fromScan(knowledge.facts), readAtUptimeMs: knowledge.facts.readUptimeMs }
    // No age in it: a report would go out whenever it grew.
    if (knowledge.kind === 'old') return failed('the last scan of the firewall is too long ago')
    return knowledge.why === NOT_RECORDED ? absent(knowledge.why) : failed(knowledge.why)
  },
}

function fromScan({ tools, readable, reason }: FirewallFacts): Answer<ExposureSection> {
  if (!readable) return failed(reason ?? 'the firewall could not be read')
  return observed({ tools: tools.slice(0, FIREWALL_TOOLS_MAX) })
}

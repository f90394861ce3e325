// Section `exposure`: with what the verdicts in `listeners` were made. Observed: the rules of the firewall could be read.
// Failed: they could not, so nobody knows what else they let in. Missing: an agent from before it.
import Type from 'typebox'
import { FIREWALL_TOOLS_MAX } from '../protocol/limits.ts'

export const exposureSection = Type.Object({
  /** By whom the rules were made, as far as they show, e.g. "nft", "iptables"; [] where there are no rules at all. */
  tools: Type.Array(Type.String({ minLength: 1, maxLength: 64, examples: ['nft'] }), { maxItems: FIREWALL_TOOLS_MAX }),
})
export type ExposureSection = Type.Static<typeof exposureSection>

// Where the days of each preset come from, and what it does not cover: a preset helps to keep a limit, it proves nothing.
// docs/reference/policy.md says the same; a test compares the two.
import type { PresetName } from '../../shared/judgement/policy.ts'

export const PRESET_TEXTS = {
  default: {
    basis: 'what the sources below agree on for servers without known attacks',
    notCovered: 'any of them to the letter',
  },
  'bod-26-04': {
    basis: 'CISA BOD 26-04, its tiers for weaknesses that nobody is known to use, and those for known exploited ones',
    notCovered:
      'known exploited weaknesses without a list of them; what is automatable or of total impact; forensics; that the directive lets many findings wait for the next upgrade',
  },
  'essential-eight': {
    basis: 'ASD Essential Eight, operating systems: two weeks facing the internet, one month otherwise',
    notCovered:
      '48 hours for critical weaknesses, and for working exploits that no list names; the higher maturity levels',
  },
  'cyber-essentials': {
    basis: 'UK Cyber Essentials: 14 days, the manual step that makes an update effective included',
    notCovered: 'days before the update was installed: the scheme counts from its release',
  },
  'pci-dss-4': {
    basis: 'PCI DSS 4.0.1, 6.3.3: critical weaknesses within one month',
    notCovered:
      'days before the update was installed: the standard counts from release; your own risk ranking for the rest',
  },
  relaxed: {
    basis: 'nobody: for laboratories, and for a start with a large backlog',
    notCovered: 'every scheme named here',
  },
} as const satisfies Record<PresetName, { basis: string; notCovered: string }>

// Readings as the probes make them, with only what a test is about.
import { sectionDigest } from '../../shared/digest.ts'
import { observed, type Section } from '../../shared/sections/section.ts'
import type { SentinelSection } from '../../shared/sections/sentinel.ts'
import type { SectionReading, Snapshot } from '../../agent/take-snapshot.ts'

export const BOOT = { kernelBootId: 'boot-1', runMarker: '1'.repeat(32) }

export function reading(section: Section<unknown>, readAtUptimeMs = 1_000): SectionReading {
  return { section, digest: sectionDigest(section), readAtUptimeMs }
}

export function sentinelReading(value: Partial<SentinelSection> = {}): SectionReading {
  const none: SentinelSection = {
    present: false,
    stale: false,
    packages: [],
    packagesProblem: null,
    text: null,
    sources: [],
    since: null,
  }
  return reading(observed({ ...none, ...value }))
}

export function bootReading(boot: typeof BOOT = BOOT): SectionReading {
  return reading(observed({ ...boot, bootedAt: null }))
}

/** A whole snapshot; `sections` replaces what it names. */
export function snapshotOf(sections: Snapshot['sections'] = {}): Snapshot {
  return {
    takenAtUptimeMs: 1_000,
    sections: {
      host: reading(observed({ name: 'web-1' })),
      boot: bootReading(),
      sentinel: sentinelReading(),
      kernel: reading({ outcome: 'absent', reason: 'no /boot', value: null }),
      listeners: reading(observed([])),
      packages: reading({ outcome: 'absent', reason: 'no dpkg', value: null }),
      exposure: reading(observed({ tools: [] })),
      processes: reading({ outcome: 'absent', reason: 'no scan', value: null }),
      updates: reading({ outcome: 'absent', reason: 'no dpkg', value: null }),
      components: reading(observed({ components: [], missing: null })),
      ...sections,
    },
  }
}

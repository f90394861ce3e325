// What `overdue-agent snapshot --json` prints, and what its text for people is made of.
import type { SectionName } from '../../shared/sections/names.ts'
import type { Outcome } from '../../shared/sections/section.ts'
import type { Judgement } from './snapshot-judgement.ts'

/** Times are RFC 3339. */
export type SnapshotDocument = {
  takenAt: string
  sections: Partial<Record<SectionName, SectionDocument>>
  judgement: Judgement
}
type SectionDocument = { outcome: Outcome; reason: string | null; readAt: string; digest: string; value: unknown }

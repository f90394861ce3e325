// What a server's verdict rests on. Records keep verdicts alone: a page asks for the evidence of one server, and the records
// of all are in memory.
import { evidenceOf, openServicesOn } from '../../shared/judgement/judge.ts'
import type { OpenService } from '../../shared/judgement/open-services.ts'
import type { Signal } from '../../shared/judgement/verdict.ts'
import { judgedSections, type ServerRecord } from '../store/records.ts'

/** As it is at `now`, by the verdict on record. `lastContactAt` and `now` in epoch ms. */
export function signalsOf(
  { lifecycle, sections, verdict }: ServerRecord,
  lastContactAt: number | null,
  now: number,
): Signal[] {
  // Of a removed server nothing is known, which is not the same as nothing to be read.
  if (lifecycle === 'removed') return []
  const { reporting, knownExploited } = verdict
  return evidenceOf({ sections, reporting, lastContactAt, ...(knownExploited && { knownExploited }) }, now)
}

/** Services that strangers may reach while they run old code; the worst first. */
export function openServicesOf(record: ServerRecord, lastContactAt: number | null, now: number): OpenService[] {
  const { reporting, exposure } = record.verdict
  return openServicesOn({ sections: judgedSections(record), reporting, lastContactAt, exposure }, now)
}

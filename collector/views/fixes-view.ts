// What upgrades fixed on a server, and what of it a restart would make effective.
import { isStillRun, stillRunBy, type StillRun } from '../../shared/judgement/waiting-fixes.ts'
import type { PackageFix } from '../../shared/sections/updates.ts'
import type { ServerRecord } from '../store/records.ts'

export type FixView = {
  package: string
  from: string
  to: string
  /** Ids of CVEs, the newest first: as many as are named. */
  cves: string[]
  /** How many there are besides those named. */
  cvesMore: number
  /** Was the changelog of this upgrade read whole? If not there may be more, and [] does not mean none. */
  complete: boolean
  /** Why not. */
  why: string | null
  /** The old code may run still: a restart makes it effective. */
  awaitsRestart: boolean
  /** Those of its ids that the collector's list names. */
  knownExploited: string[]
}

/** `fixes`: as reported; null: not known. */
export function toFixViews(record: ServerRecord, fixes: readonly PackageFix[] | null): FixView[] | null {
  if (fixes === null) return null
  const still = stillRun(record)
  const exploited = new Set(record.knownExploited?.map(({ cve }) => cve))
  return fixes.map(({ package: name, from, to, cves, more, missing, isInThisBoot }) => ({
    package: name,
    from,
    to,
    cves,
    cvesMore: more,
    complete: missing === null,
    why: missing,
    awaitsRestart: isInThisBoot === true && still !== null && isStillRun(name, still),
    knownExploited: cves.filter((cve) => exploited.has(cve)),
  }))
}

/** Null where nothing runs old code. */
function stillRun({ verdict, sections }: ServerRecord): StillRun | null {
  const { state, packages } = verdict
  const outdated = sections.processes?.value?.packages ?? []
  const isPending = state === 'restart-required' || state === 'deferrable'
  if (!isPending) return outdated.length === 0 ? null : { asking: [], outdated }
  return stillRunBy(packages, outdated)
}

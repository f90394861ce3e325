// A snapshot with what it rests on: how "since" was found, and what could not be read.
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import type { Effect } from '../../shared/judgement/restart-effect.ts'
import type { AskingPackage } from '../probes/asking-packages.ts'
import { effectsIn } from './explain-effects.ts'
import type { SnapshotDocument } from './snapshot-document.ts'
import type { Judgement } from './snapshot-judgement.ts'

export type Explanation = {
  /** RFC 3339, as all times. */
  lookedAt: string
  /** The default policy's verdict, with every signal, what it says, and whether it decided. */
  judgement: Judgement
  /** How `judgement.since` was found; null where nothing is pending. */
  sinceHow: string | null
  /** The packages that ask, as they are installed now; empty where none is named. */
  packages: AskingPackage[]
  /** What a restart would make effective: the server's own need first, then each unit that runs replaced code. */
  effects: Effect[]
  /** Who changed packages, what waits, and whether this host upgrades itself; null where the section was not read. */
  updates: UpdatesSection | null
  /** Sections that could not be read, or are not there, and why. */
  notRead: { section: string; outcome: 'absent' | 'failed'; reason: string | null }[]
}

/** Why the document says what it says. Pure. */
export function toExplanation(document: SnapshotDocument, packages: AskingPackage[]): Explanation {
  const { takenAt, sections, judgement } = document
  const notRead = Object.entries(sections).flatMap(([section, { outcome, reason }]) =>
    outcome === 'observed' ? [] : [{ section, outcome, reason }],
  )
  const updates = (sections.updates?.value ?? null) as UpdatesSection | null
  const effects = effectsIn(document)
  return { lookedAt: takenAt, judgement, sinceHow: sinceHow(judgement), packages, effects, updates, notRead }
}

const HOW: Readonly<Record<NonNullable<Judgement['sinceQuality']>, string>> = {
  exact: 'the time is written down: the birth of the flag, or the installation of a package that asks',
  observed: 'the agent saw it come',
  'upper-bound': 'it was there when the agent first looked in this boot; it may be older',
}

function sinceHow({ since, sinceQuality }: Judgement): string | null {
  return since === null || sinceQuality === null ? null : HOW[sinceQuality]
}

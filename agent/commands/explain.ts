// overdue-agent explain: why this host is judged as it is. Looks afresh and asks nobody.
import type { Judgement } from './snapshot-judgement.ts'
import { explainText } from './explain-text.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { lookAtHost, type SnapshotDocument } from './snapshot.ts'

export type Explanation = {
  /** RFC 3339, as all times. */
  lookedAt: string
  /** The default policy's verdict, with every signal, what it says, and whether it decided. */
  judgement: Judgement
  /** How `judgement.since` was found; null where nothing is pending. */
  sinceHow: string | null
  /** Sections that could not be read, or are not there, and why. */
  notRead: { section: string; outcome: 'absent' | 'failed'; reason: string | null }[]
}

const FLAGS = { root: { type: 'string' }, json: { type: 'boolean' } } as const

export async function runExplain(argv: readonly string[], io: CommandIo): Promise<number> {
  const { root, json } = parseFlags(argv, FLAGS)
  const explanation = toExplanation(await lookAtHost(typeof root === 'string' ? root : null, io.environment))
  io.stdout.write(json === true ? `${JSON.stringify(explanation, null, 2)}\n` : explainText(explanation))
  return EXIT.done
}

function toExplanation({ takenAt, sections, judgement }: SnapshotDocument): Explanation {
  const notRead = Object.entries(sections).flatMap(([section, { outcome, reason }]) =>
    outcome === 'observed' ? [] : [{ section, outcome, reason }],
  )
  return { lookedAt: takenAt, judgement, sinceHow: sinceHow(judgement), notRead }
}

const HOW: Readonly<Record<NonNullable<Judgement['sinceQuality']>, string>> = {
  exact: 'the time is written down: the birth of the flag, or the installation of a package that asks',
  observed: 'the agent saw it come',
  'upper-bound': 'it was there when the agent first looked in this boot; it may be older',
}

function sinceHow({ since, sinceQuality }: Judgement): string | null {
  return since === null || sinceQuality === null ? null : HOW[sinceQuality]
}

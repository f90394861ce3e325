// What became of a report, for people: one sentence that says what to do, an exit code, and the verdict of this host.
import { formatDuration } from '../../shared/judgement/duration.ts'
import type { Outcome, ReportNowAnswer } from '../report-now/answer.ts'
import { plainReason } from '../report-now/request.ts'
import { withoutSecrets } from '../without-secrets.ts'
import { EXIT } from './io.ts'
import type { ReportResult } from './report-ask.ts'

const LABEL_WIDTH = 12

type Meaning = { code: number; words: string }

const OUTCOMES: Readonly<Record<Outcome, Meaning>> = {
  acknowledged: { code: EXIT.done, words: 'the collector acknowledged what was just read' },
  asked: { code: EXIT.done, words: 'the agent looks and reports; add --wait to hear what becomes of it' },
  'not-looked': {
    code: EXIT.timedOut,
    words: 'the look did not end in time, or the flag is being rewritten; wait longer, or see: overdue-agent status',
  },
  'not-answered': { code: EXIT.unreachable, words: 'the collector did not answer in time' },
  'not-understood': {
    code: EXIT.failed,
    words: 'the agent that runs does not understand this command; restart it: systemctl restart overdue-agent',
  },
  retrying: { code: EXIT.unreachable, words: 'the collector cannot be reached; see: overdue-agent doctor' },
  unauthorized: {
    code: EXIT.notAuthorised,
    words: 'the collector does not accept the credential of this server; see: overdue-agent doctor',
  },
  conflict: {
    code: EXIT.notAuthorised,
    words: 'the collector sees two live copies of this server; enrol one of them anew, then approve the server there',
  },
  revoked: {
    code: EXIT.notAuthorised,
    words: 'this server was removed at the collector; to watch it again, remove its credential and enrol it anew',
  },
  refused: { code: EXIT.failed, words: 'the collector refuses this report; see: overdue-agent doctor' },
}

/** Outcomes with a report that was not taken. */
const OWED: ReadonlySet<Outcome> = new Set(['not-answered', 'retrying'])

export function exitCodeOf(result: ReportResult): number {
  switch (result.kind) {
    case 'answered': {
      const { code } = OUTCOMES[result.answer.outcome]
      return code === EXIT.done && missingScans(result.answer).length > 0 ? EXIT.timedOut : code
    }
    case 'forbidden':
      return EXIT.notAuthorised
    default:
      return EXIT.unreachable
  }
}

export function sentenceOf(result: ReportResult): string {
  switch (result.kind) {
    case 'answered':
      return answeredSentence(result.answer, result.by)
    case 'silent':
      return 'the agent does not answer, and nothing is known of a report; restart it: systemctl restart overdue-agent'
    case 'nonsense':
      return 'what answers in the place of the agent is none; restart it: systemctl restart overdue-agent'
    case 'no-socket':
      return `an agent runs as process ${result.pid}, but nobody listens at ${result.path}; restart it: systemctl restart overdue-agent`
    case 'going-down':
      return 'this host is going down and has said so; its agent reports when it is up again'
    case 'forbidden':
      return result.isAlone
        ? `no agent runs here, and this user may not report from ${result.path}; use sudo, or start the agent: systemctl start overdue-agent`
        : `this user may not ask the agent (${result.path}); use sudo, or join the group: usermod --append --groups overdue-agent USER`
    default:
      return result satisfies never
  }
}

function answeredSentence(answer: ReportNowAnswer, by: 'agent' | 'command'): string {
  const { outcome, problem } = answer
  const isGood = OUTCOMES[outcome].code === EXIT.done
  const why = problem === null || isGood ? '' : ` (${plain(problem)})`
  const kept =
    by === 'agent'
      ? '; the report is kept, and sent when it can be'
      : '; nothing was reported, and no agent runs to do it later: systemctl start overdue-agent'
  const missing = missingScans(answer).map(({ name, missing: words }) => `; scan ${plain(name)}: ${plain(words)}`)
  return [OUTCOMES[outcome].words, why, OWED.has(outcome) ? kept : '', ...missing].join('')
}

type MissingScan = { name: string; missing: string }

function missingScans({ scans }: ReportNowAnswer): MissingScan[] {
  return scans.flatMap(({ name, missing }) => (missing === null ? [] : [{ name, missing }]))
}

/** The verdict of this host, and how old it is; "" where nothing is known of it. */
export function verdictText(result: ReportResult): string {
  if (result.kind !== 'answered' || result.answer.judgement === null) return ''
  const { judgement, scans, lookedAt } = result.answer
  const lines = [
    plain(judgement.headline),
    field('state', `${plain(judgement.state)} (default policy)`),
    ...(lookedAt === null ? [] : [field('looked at', plain(lookedAt))]),
    ...scans.map(({ name, ageMs }) =>
      field(plain(name), ageMs === null ? 'not scanned in this boot' : `scanned ${formatDuration(ageMs)} ago`),
    ),
  ]
  return `${lines.join('\n')}\n`
}

function field(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`
}

/** What came over the socket goes to a terminal. */
function plain(text: string): string {
  return withoutSecrets(plainReason(text) ?? '')
}

// `judge SERVER`: the verdict on one server, rule by rule, now or at another moment, by the policy in force.
import { formatDuration } from '../../shared/judgement/duration.ts'
import { headline } from '../../shared/judgement/headline.ts'
import { shorter } from '../../shared/judgement/known-exploited.ts'
import { DEFAULT_POLICY, policyFor, type Policy } from '../../shared/judgement/policy.ts'
import type { Evidence, Verdict } from '../../shared/judgement/verdict.ts'
import { judgeRecord } from '../ingest/judge-record.ts'
import { applicationOf, listenersOf, nameOf, type ServerRecord } from '../store/records.ts'
import { openServicesOf, signalsOf } from '../views/evidence.ts'
import { readFlagsAndWord, STORE_FLAGS, text } from './arguments.ts'
import { answer, CommandError, UsageError, type Command } from './command.ts'
import { withStore } from './open-store.ts'
import { table } from './table.ts'
import { isoTime, shownTime } from './times.ts'

export const judgeCommand: Command = {
  help: `Examples
  overdue-collector judge web-03
  overdue-collector judge web-03 --at 2026-12-24T12:00:00Z
  overdue-collector judge sabcdefghijklmnopqrstuvwxyz --json

Judges what is stored of a server (id or exact name) as the collector would, and shows each rule with what it saw.
With --at it says what the verdict would be then if nothing were heard until then. Writes nothing.

  --at TIME   RFC 3339, e.g. 2026-12-24T12:00:00Z  (default: now)
  --data-dir DIR   --config FILE   --json`,

  async run(args, io) {
    const { word, flags } = readFlagsAndWord(args, { ...STORE_FLAGS, at: { type: 'string' } }, 'a server')
    const at = readTime(text(flags, 'at'))
    return await withStore(flags, io, ({ store, now }) => {
      const record = find(store.loadServers(), word)
      const moment = at ?? now
      const policy = store.policy() ?? DEFAULT_POLICY
      const judged = judgeRecord(record, record.lastContactAt, policy, moment).record
      const verdict = { ...judged.verdict, signals: signalsOf(judged, record.lastContactAt, moment) }
      return answer(io, flags['json'] === true, {
        json: toJson(record, verdict, policy, moment),
        out: toText(record, verdict, policy, moment),
      })
    })
  },
}

function readTime(given: string | undefined): number | null {
  if (given === undefined) return null
  // Date.parse takes much that is no moment: a day alone would be read as midnight of a zone nobody named.
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(given)
  const ms = isMoment ? Date.parse(given) : Number.NaN
  if (Number.isNaN(ms)) throw new UsageError(`--at ${given}: write a moment such as 2026-12-24T12:00:00Z.`)
  return ms
}

function find(servers: Iterable<ServerRecord>, word: string): ServerRecord {
  const found: ServerRecord[] = []
  for (const record of servers) {
    if (record.id === word) return record
    if (record.lifecycle !== 'removed' && nameOf(record) === word) found.push(record)
  }
  const [only, another] = found
  if (only === undefined) throw new CommandError(`No server has the id or the exact name "${word}".`)
  if (another === undefined) return only
  throw new CommandError(`Several servers have this name; say which by id: ${found.map(({ id }) => id).join(', ')}.`)
}

function toJson(record: ServerRecord, verdict: Verdict & Evidence, policy: Policy, at: number) {
  const application = applicationOf(record)
  return {
    id: record.id,
    name: nameOf(record),
    application,
    lifecycle: record.lifecycle,
    at: isoTime(at),
    lastContactAt: isoTime(record.lastContactAt),
    headline: headlineOf(record, verdict, at),
    state: verdict.state,
    reporting: verdict.reporting,
    exposure: verdict.exposure,
    promoted: verdict.promoted,
    reasons: verdict.reasons,
    since: isoTime(verdict.since),
    sinceQuality: verdict.sinceQuality,
    staleAt: isoTime(verdict.staleAt),
    nextJudgementAt: isoTime(verdict.nextJudgementAt),
    policy: { preset: policy.preset, ...policyFor(policy, application) },
    signals: verdict.signals.map((signal) => ({ ...signal, readAt: isoTime(signal.readAt) })),
  }
}

function headlineOf(record: ServerRecord, verdict: Verdict & Evidence, at: number): string {
  const open = openServicesOf({ ...record, verdict }, record.lastContactAt, at)
  return headline(verdict, at, listenersOf(record)?.openPorts, open)
}

function toText(record: ServerRecord, verdict: Verdict & Evidence, policy: Policy, at: number): string {
  const { unknownExposureCounts, outdatedServiceCounts, ...days } = policyFor(policy, applicationOf(record))
  const isExploited = verdict.knownExploited !== undefined
  const staleAfter = isExploited ? shorter(days.staleAfter, days.knownExploitedAfter) : days.staleAfter
  const heard =
    record.lastContactAt === null ? 'never' : `${formatDuration(Math.max(0, at - record.lastContactAt))} before`
  const why = verdict.reasons.length === 0 ? 'no' : verdict.reasons.join(', ')
  const facts = [
    `at          ${shownTime(at)}, heard ${heard}: ${verdict.reporting}`,
    `state       ${verdict.state}${verdict.since === null ? '' : `, since ${shownTime(verdict.since)} (${verdict.sinceQuality})`}`,
    `exposure    ${verdict.exposure}${unknownExposureCounts ? ' (unknown counts as exposed)' : ''}`,
    `promoted    ${why}${outdatedServiceCounts ? ' (services that run old code count)' : ''}`,
    `stale       ${verdict.staleAt === null ? 'no restart is due' : shownTime(verdict.staleAt)} ` +
      `(policy ${policy.preset}: ${staleAfter.exposedDays} days exposed, ${staleAfter.otherwiseDays} otherwise${isExploited ? ', known to be exploited' : ''})`,
    `looks again ${verdict.nextJudgementAt === null ? 'when it reports' : shownTime(verdict.nextJudgementAt)}`,
  ]
  const rules = verdict.signals.map(({ name, role, says, value, source, why: sentence }) => {
    return [name, role, says, value ?? '', source, sentence]
  })
  const heading = ['RULE', 'ROLE', 'SAYS', 'VALUE', 'SOURCE', 'WHY']
  const title = table([[`${nameOf(record)} (${record.id}, ${record.lifecycle})`], [headlineOf(record, verdict, at)]])
  return [title, '', ...facts, '', table([heading, ...rules])].join('\n')
}

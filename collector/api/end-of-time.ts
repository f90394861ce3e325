// When something that an operator says is to end: a moment, or how long from now.
import { parseDuration } from '../../shared/judgement/parse-policy.ts'
import { untilProblem } from '../actions/snooze-servers.ts'
import { ProblemError } from './problem.ts'

/** Epoch ms. Throws a 422 problem that names the field. */
export function readEnd(body: { until?: string; for?: string }, now: number, msMax: number): number {
  const { until, for: lasting } = body
  if ((until === undefined) === (lasting === undefined)) throw wrong('until', 'give either "until" or "for"')
  const field = until === undefined ? 'for' : 'until'
  const end = until === undefined ? now + durationOf(lasting ?? '') : momentOf(until)
  const problem = untilProblem(end, now, msMax)
  if (problem !== null) throw wrong(field, problem)
  return end
}

function momentOf(text: string): number {
  // Without an offset it would be a moment of this machine's time zone.
  return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
}

function durationOf(text: string): number {
  const ms = parseDuration(text)
  if (ms !== null && ms > 0) return ms
  throw wrong('for', 'must be a duration such as 4h or 3d')
}

function wrong(field: string, detail: string): ProblemError {
  return new ProblemError('invalid-body', { errors: [{ pointer: `#/${field}`, detail }] })
}

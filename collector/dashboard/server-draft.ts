// What an operator wrote into a form of a server's page, read into what is to be done. Pure.
import { parseDuration } from '../../shared/judgement/parse-policy.ts'
import { PORT_DECLARATION_MS_MAX } from '../../shared/judgement/port-declarations.ts'
import { SNOOZE_MS_MAX } from '../../shared/judgement/snooze.ts'
import { DECLARATION_REASON_LENGTH_MAX, type PortWish } from '../actions/declare-port.ts'
import { SNOOZE_REASON_LENGTH_MAX, untilProblem, type SnoozeWish } from '../actions/snooze-servers.ts'
import { fieldOf } from './forms.ts'

/** A form that could not be taken: what was wrong, and what stood in it. */
export type ServerDraft = { action: string; problem: string; text(field: string): string }

type Problem = { problem: string }

export function draftOf(form: URLSearchParams, problem: string): ServerDraft {
  return { action: form.get('action') ?? '', problem, text: (field) => fieldOf(form, field) ?? '' }
}

export function readSnooze(form: URLSearchParams, now: number): SnoozeWish | Problem {
  const until = readEnd(form, 'snooze', now, SNOOZE_MS_MAX)
  if (typeof until !== 'number') return until
  const reason = readReason(form, 'snooze-reason', SNOOZE_REASON_LENGTH_MAX)
  return typeof reason === 'string' ? { until, reason } : reason
}

export function readPort(form: URLSearchParams, now: number): PortWish | Problem {
  const protocol = form.get('protocol') === 'udp' ? 'udp' : 'tcp'
  const text = fieldOf(form, 'port') ?? ''
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) return { problem: `Port: "${text}" is no number from 1 to 65535.` }
  const family = readFamily(form.get('family'))
  const verdict = form.get('verdict')
  if (verdict !== 'exposed' && verdict !== 'filtered') return { problem: 'Say whether it can be reached.' }
  const until = readEnd(form, 'declare', now, PORT_DECLARATION_MS_MAX)
  if (typeof until !== 'number') return until
  const reason = readReason(form, 'declare-reason', DECLARATION_REASON_LENGTH_MAX)
  return typeof reason === 'string' ? { protocol, port, family, verdict, until, reason } : reason
}

function readFamily(text: string | null): 4 | 6 | null {
  if (text === '4') return 4
  return text === '6' ? 6 : null
}

/** A moment where one is given, else so long from now. The browser's own field gives no zone: it is meant in UTC. */
function readEnd(form: URLSearchParams, prefix: string, now: number, msMax: number): number | Problem {
  const moment = fieldOf(form, `${prefix}-until`)
  const lasting = parseDuration(fieldOf(form, `${prefix}-for`) ?? '')
  if (moment === null && lasting === null) return { problem: 'For: choose how long.' }
  const isMoment = moment !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(moment)
  const until = moment === null ? now + (lasting ?? 0) : isMoment ? Date.parse(`${moment}Z`) : Number.NaN
  const problem = untilProblem(until, now, msMax)
  return problem === null ? until : { problem: `${moment === null ? 'For' : 'Until'}: that ${problem}.` }
}

function readReason(form: URLSearchParams, field: string, lengthMax: number): string | Problem {
  const reason = fieldOf(form, field)
  if (reason === null) return { problem: 'Reason: say why, for whoever looks next.' }
  return reason.length <= lengthMax ? reason : { problem: `Reason: at most ${lengthMax} characters.` }
}

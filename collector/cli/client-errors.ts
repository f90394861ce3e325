// What goes wrong between here and the collector, in words: it said no, or it could not be reached.
import type { Problem } from '../../shared/protocol/problems.ts'
import { CliError } from './cli-error.ts'
import { EXIT } from './io.ts'

/** The collector answered, and said no. */
export class ProblemAnswer extends CliError {
  override readonly name = 'ProblemAnswer'
  readonly status: number
  constructor(status: number, problem: Partial<Problem>, message: string) {
    super(message, exitCodeOf(status, problem.kind), { status, ...problem })
    this.status = status
  }
}

export function problemOf(status: number, body: string, url: string): ProblemAnswer {
  const problem = problemIn(body)
  if (problem === null) return new ProblemAnswer(status, {}, `${url} answered ${status}. Is it an Overdue collector?`)
  const { title = 'The collector refused', detail, errors = [] } = problem
  const fields = errors.map((field) => `\n  ${field.pointer}: ${field.detail}`)
  const hint = status === 401 ? ` Run "overdue login ${url}".` : ''
  return new ProblemAnswer(
    status,
    problem,
    `${title}${detail === undefined ? '.' : `: ${detail}`}${hint}${fields.join('')}`,
  )
}

function problemIn(body: string): Partial<Problem> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && 'title' in value ? (value as Partial<Problem>) : null
  } catch {
    return null
  }
}

function exitCodeOf(status: number, kind: string | undefined): number {
  if (status === 401 || status === 403) return EXIT.notAuthorised
  if (kind === 'invalid-query' || kind === 'invalid-body') return EXIT.usage
  return status === 502 || status === 503 || status === 504 ? EXIT.unreachable : EXIT.failed
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be resolved now',
  ECONNRESET: 'the connection broke off',
  ETIMEDOUT: 'no answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted here; --ca-file FILE names the authority to trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted here; --ca-file FILE names the authority to trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted here; --ca-file FILE names the authority to trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted here; --ca-file FILE names the authority to trust',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

export function unreachable(url: string, error: unknown): CliError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = CAUSES[code] ?? (error instanceof Error ? error.message : String(error))
  return new CliError(`Cannot reach ${url}: ${why}.`, EXIT.unreachable)
}

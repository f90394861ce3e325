// Errors a client can act on: thrown anywhere below a route, answered in one place as RFC 9457 problem+json.
import { PROBLEMS, type Problem, type ProblemKind } from '../../shared/protocol/problems.ts'

export type FieldError = { pointer: string; detail: string }

export type ProblemOptions = {
  /** One sentence for the client. Never shown for a 5xx: it could carry what is none of its business. */
  detail?: string
  errors?: readonly FieldError[]
  headers?: Readonly<Record<string, string>>
  /** Further members of the body, e.g. `lastSeq`. */
  extensions?: Readonly<Record<string, unknown>>
  cause?: unknown
}

export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly kind: ProblemKind
  readonly options: ProblemOptions
  constructor(kind: ProblemKind, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[kind].title, { cause: options.cause })
    this.kind = kind
    this.options = options
  }

  get status(): number {
    return PROBLEMS[this.kind].status
  }
}

/** Body of the answer. `requestId` becomes `instance`: what a person quotes to whoever reads the log. */
export function toProblem(error: ProblemError, requestId: string): Problem {
  const { title, status } = PROBLEMS[error.kind]
  const { detail, errors, extensions } = error.options
  return {
    type: problemType(error.kind),
    title,
    status,
    kind: error.kind,
    ...(detail !== undefined && status < 500 ? { detail } : {}),
    instance: `/requests/${requestId}`,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...extensions,
  }
}

/** Names the kind for people; programs compare `kind`. Relative, so that it holds under any public address. */
export function problemType(kind: ProblemKind): string {
  return `/help/errors#${kind}`
}

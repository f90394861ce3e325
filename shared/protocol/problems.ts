// The closed catalogue of error kinds (RFC 9457 problem+json, extension member `kind`). Documented in
// docs/reference/errors.md; a test compares the two. A retired kind is never reused for another meaning.

export const PROBLEMS = {
  'malformed-request': { status: 400, title: 'This is not a request this server can read' },
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-body': { status: 422, title: 'A field of the body is wrong' },
  'invalid-query': { status: 400, title: 'A query parameter is wrong' },
  'protocol-too-new': { status: 400, title: 'The report speaks a newer protocol than this collector' },
  'protocol-too-old': { status: 400, title: 'The report speaks a protocol this collector no longer accepts' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'headers-too-large': { status: 431, title: 'The headers of the request are too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'unsupported-encoding': { status: 415, title: 'The body may be plain or gzip' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  unauthenticated: { status: 401, title: 'A credential is missing or not valid' },
  'join-key-rejected': { status: 401, title: 'The join key was not accepted' },
  'credential-revoked': { status: 410, title: 'This server was removed' },
  forbidden: { status: 403, title: 'The credential may not do this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'misdirected-request': { status: 421, title: 'This collector does not answer to that host name' },
  'method-not-allowed': { status: 405, title: 'This address does not answer that method' },
  'sequence-behind': { status: 409, title: 'A newer report was accepted already' },
  'instance-rebase': { status: 409, title: 'This process identity was superseded: draw a new one and send everything' },
  'instance-conflict': { status: 409, title: 'Two live copies use this credential' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  overloaded: { status: 503, title: 'The collector is busy' },
  'not-ready': { status: 503, title: 'The collector is starting or its store does not answer' },
  'internal-error': { status: 500, title: 'The collector failed to answer' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemKind = keyof typeof PROBLEMS

/** Body of an error answer. `errors` point at fields with JSON pointers (RFC 6901) prefixed with "#". */
export type Problem = {
  type: string
  title: string
  status: number
  kind: ProblemKind
  detail?: string
  errors?: { pointer: string; detail: string }[]
  [extension: string]: unknown
}

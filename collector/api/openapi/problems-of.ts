// Which problems an operation can answer with: what follows from who may call it and what it takes, and what it names
// itself in `x-problems` of its schema.
import { PROBLEMS, type ProblemKind } from '../../../shared/protocol/problems.ts'
import type { Access } from '../access.ts'

export type OperationFacts = {
  access: Access
  takesBody: boolean
  takesPath: boolean
  own: readonly ProblemKind[]
}

/** Any request may break off, be none, come at a busy moment, or meet a bug of ours. */
const ALWAYS: readonly ProblemKind[] = [
  'malformed-request',
  'request-timeout',
  'misdirected-request',
  'headers-too-large',
  'internal-error',
  'overloaded',
]
const WITH_BODY: readonly ProblemKind[] = [
  'invalid-json',
  'invalid-body',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-encoding',
]

/** Kinds by status, both in rising order. */
export function problemsOf({ access, takesBody, takesPath, own }: OperationFacts): Map<number, ProblemKind[]> {
  const kinds = new Set<ProblemKind>([...ALWAYS, ...own])
  if (access !== null) for (const kind of ['unauthenticated', 'forbidden'] as const) kinds.add(kind)
  if (access !== null && access !== 'server' && access !== 'join-key') kinds.add('invalid-query')
  if (takesPath) kinds.add('not-found')
  if (takesBody) for (const kind of WITH_BODY) kinds.add(kind)
  const byStatus = new Map<number, ProblemKind[]>()
  for (const kind of [...kinds].sort()) {
    const { status } = PROBLEMS[kind]
    byStatus.set(status, [...(byStatus.get(status) ?? []), kind])
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b))
}

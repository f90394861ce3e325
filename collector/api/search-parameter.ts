// `q`: the query language of pages and command line as a parameter.
import Type from 'typebox'
import { QUERY_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import { parseQuery, problemText } from '../../shared/query/parse.ts'
import type { Query } from '../../shared/query/query.ts'
import { ProblemError } from './problem.ts'

export const SEARCH_PARAMETER = {
  q: Type.Optional(
    Type.String({
      maxLength: QUERY_LENGTH_MAX,
      description: 'What to look for, in the query language',
      examples: ['state:restart-required app:shop -tag:canary'],
    }),
  ),
}

/** Throws a 400 problem that names the term, its place (from 1) and the fix. Without text: everything. */
export function readSearch(text: string | undefined, pointer = '#/q'): Query {
  const parsed = parseQuery(text ?? '')
  if (parsed.ok) return parsed.query
  const { term, position, suggestion } = parsed.problem
  const detail = problemText(parsed.problem)
  throw new ProblemError('invalid-query', {
    detail: `The query cannot be answered. ${detail}`,
    errors: [{ pointer, detail }],
    extensions: { term, position, suggestion },
  })
}

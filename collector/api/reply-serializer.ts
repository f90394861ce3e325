// Replies are checked against their schema as requests are. A reply that departs from it is our bug, not the reader's:
// it is reported, and sent all the same, since a page that shows nothing helps nobody. Tests make it throw.
import type Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { FieldError } from './problem.ts'
import { fieldErrors, onFirstUse } from './validation.ts'

export type OnReplyMismatch = (route: string, errors: readonly FieldError[]) => void

type SerializerRequest = { schema: unknown; method: string; url: string }

export function replySerializer(
  onMismatch: OnReplyMismatch,
): (request: SerializerRequest) => (data: unknown) => string {
  return ({ schema, method, url }) => {
    const compiled = onFirstUse(() => Compile(schema as Type.TSchema))
    return (data) => {
      if (!compiled().Check(data)) onMismatch(`${method} ${url}`, fieldErrors(compiled(), data))
      return JSON.stringify(data)
    }
  }
}

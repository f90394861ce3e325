// "Not now": a 503 that sends each caller back at a moment of their own, so that they do not all return together.
import { ProblemError } from './problem.ts'

const RETRY_AFTER_S = { min: 5, max: 30 }

export function overloaded(detail?: string): ProblemError {
  const after = RETRY_AFTER_S.min + Math.floor(Math.random() * (RETRY_AFTER_S.max - RETRY_AFTER_S.min + 1))
  return new ProblemError('overloaded', {
    ...(detail === undefined ? {} : { detail }),
    headers: { 'retry-after': String(after) },
  })
}

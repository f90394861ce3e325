// Request ids: random per process, then counted. Never taken from a client, so nobody can make two requests look alike.
import { randomBytes } from 'node:crypto'

export function createRequestIds(): () => string {
  const prefix = randomBytes(6).toString('base64url')
  let count = 0
  return () => `${prefix}-${(++count).toString(36)}`
}

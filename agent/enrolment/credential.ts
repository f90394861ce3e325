// What this server authenticates with. The agent makes its own secret; the collector is only ever told its hash at
// enrolment. No answer of a collector, no timeout and no error ever replaces a credential that is there.
import { randomBytes } from 'node:crypto'
import { formatSecret, type ParsedSecret, parseSecret } from '../../shared/secret.ts'
import { readFileIfThere, removeFile, replaceFile } from '../files/durable-file.ts'

const CREDENTIAL_BYTES_MAX = 4_096
const SECRET_BYTES = 32
const SECRET = /^[\w-]{43}$/
const PRIVATE = { mode: 0o600, durable: true } as const

export type Credential = {
  /** `ovds_ID_SECRET`, as it goes into the Authorization header. */
  line: string
  serverId: string
}

export class CredentialError extends Error {
  override readonly name = 'CredentialError'
}

/** Null when this host is not enrolled. Throws CredentialError when there is a file, but no credential that can be read from it. */
export async function readCredential(path: string): Promise<Credential | null> {
  const text = await readFileIfThere(path, CREDENTIAL_BYTES_MAX).catch((error: unknown) => {
    throw new CredentialError(`read ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  })
  if (text === null) return null
  const parsed = parseSecret(text.trim())
  if (parsed?.kind !== 'ovds')
    throw new CredentialError(`${path} holds no server credential; restore it, or remove it and enrol anew`)
  return toCredential(parsed)
}

export async function writeCredential(path: string, serverId: string, secret: string): Promise<Credential> {
  const parsed = parseSecret(formatSecret('ovds', serverId, secret))
  if (parsed === null)
    throw new CredentialError(`the collector gave a server id that is none: ${serverId.slice(0, 80)}`)
  const credential = toCredential(parsed)
  await replaceFile(path, `${credential.line}\n`, PRIVATE)
  return credential
}

/** Writes `credential` to another place, as durably. */
export async function copyCredential(path: string, { line }: Credential): Promise<void> {
  await replaceFile(path, `${line}\n`, PRIVATE)
}

/**
 * The secret of an enrolment that may have been begun before. It is on disk before the first request: after a lost
 * answer the same hash is sent again, and the collector answers with the server it already made.
 */
export async function pendingSecret(path: string): Promise<string> {
  const begun = (await readFileIfThere(path, CREDENTIAL_BYTES_MAX))?.trim()
  if (begun !== undefined && SECRET.test(begun)) return begun
  const secret = newSecret()
  await replaceFile(path, `${secret}\n`, PRIVATE)
  return secret
}

export async function forgetPendingSecret(path: string): Promise<void> {
  await removeFile(path)
}

/** 256 bits, as all secrets of the product are written. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

function toCredential({ id, secret }: ParsedSecret): Credential {
  return { line: formatSecret('ovds', id, secret), serverId: id }
}

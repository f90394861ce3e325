// Turns what Node throws into the few reasons a probe can act on. Messages hold no pid, time or address: they become the
// `reason` of a section, and a reason that changed by itself would be a new report every look.
import { HostError, type HostErrorCode } from './host.ts'

const KINDS: Readonly<Record<string, { code: HostErrorCode; says: string }>> = {
  ENOENT: { code: 'ENOENT', says: 'no such file or directory' },
  // A component of the path is no directory, so nothing can be below it.
  ENOTDIR: { code: 'ENOENT', says: 'no such file or directory' },
  EACCES: { code: 'EACCES', says: 'permission denied' },
  EPERM: { code: 'EACCES', says: 'permission denied' },
  // open(2) with O_NOFOLLOW answers ELOOP for a link.
  ELOOP: { code: 'NOT-REGULAR', says: 'is a symbolic link, or too many of them' },
  // open(2) of a Unix socket.
  ENXIO: { code: 'NOT-REGULAR', says: 'is not a regular file' },
  EISDIR: { code: 'NOT-REGULAR', says: 'is a directory' },
}

/** `attempt` names what was tried and on what, e.g. "read /run/reboot-required". */
export function toHostError(attempt: string, error: unknown): HostError {
  if (error instanceof HostError) return error
  const errno = errnoOf(error)
  const kind = errno === null ? undefined : KINDS[errno]
  const says = kind?.says ?? errno ?? (error instanceof Error ? error.message : 'failed')
  return new HostError(kind?.code ?? 'OTHER', `${attempt}: ${says}`, { cause: error })
}

export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** Runs `look`; whatever it throws comes out as a HostError that says what was attempted. */
export async function attempting<T>(attempt: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    throw toHostError(attempt, error)
  }
}

/** The first line of what went wrong, for a section's reason. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\n', 1)[0] ?? '').slice(0, REASON_LENGTH_MAX) || 'failed'
}

const REASON_LENGTH_MAX = 300

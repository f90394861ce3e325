// The only door to the machine. A probe asks for a path and gets text or a reason; whether the path is on the live
// machine or in a recorded host is none of its business.
import type { HostAddress } from '../../shared/sections/host.ts'
import type { HostCommand } from './commands.ts'

/** Why a look failed: the errno name ("ENOENT", "EACCES"), or one of ours. */
export type HostErrorCode = 'ENOENT' | 'EACCES' | 'NOT-REGULAR' | 'NOT-ROOTS' | 'TOO-LARGE' | 'OTHER'

export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: HostErrorCode
  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Nothing is there: ENOENT or ENOTDIR. Every other failure means "could not look". */
export function isMissing(error: unknown): boolean {
  return error instanceof HostError && error.code === 'ENOENT'
}

export type FileFacts = {
  kind: 'file' | 'directory' | 'link' | 'other'
  uid: number
  sizeBytes: number
  /** Another number means another file under the same name. Null where a recording has none of its own. */
  inode: number | null
  /** Epoch ms; null where the recording or file system does not know. */
  mtimeMs: number | null
  /** Birth time, epoch ms; null where the file system has none (0, 1970). */
  birthMs: number | null
}

/** What `readText` holds at most unless told otherwise. */
export const TEXT_BYTES_MAX = 1024 * 1024

export type CommandResult = { exitCode: number; stdout: string }

/** Paths are absolute as on the machine ("/run/reboot-required"). All methods throw HostError. */
export interface Host {
  /** Wall clock, epoch ms. A recording under `snapshot` stands still at the moment it was taken. */
  now(): number
  /** Milliseconds since boot, counting suspend. */
  uptimeMs(): number
  /** Text of a file, at most `maxBytes` (default 1 MiB; larger is TOO-LARGE). Links are followed, inside the root. */
  readText(path: string, options?: { maxBytes?: number }): Promise<string>
  /** The same for files anyone could try to plant: the last component is no link, the file regular and root's. */
  readRootText(path: string, options: { maxBytes: number }): Promise<string>
  /**
   * Lines of a file too long to hold, without their line feeds; `.gz` files are inflated. Stop early by leaving the loop.
   * `maxBytes` (default 64 MiB) counts inflated bytes: beyond it TOO-LARGE, as for a line of more than 1 MiB.
   * Lines that begin with none of `starting` may be left out. `kernelChunkBytes`: how much of a file that the kernel makes
   * up is asked for at once, for whoever may stop early.
   */
  readLines(
    path: string,
    options?: { maxBytes?: number; starting?: readonly string[]; kernelChunkBytes?: number },
  ): AsyncIterable<string>
  list(path: string): Promise<string[]>
  readLink(path: string): Promise<string>
  /** Facts of the path itself; a link is not followed. */
  facts(path: string): Promise<FileFacts>
  /** Canonical path, as seen on the machine. Like every other method it answers ENOENT where nothing is. */
  realPath(path: string): Promise<string>
  /** Addresses of all interfaces. */
  addresses(): Promise<HostAddress[]>
  /** What `uname -m` prints, e.g. "x86_64"; null where a recording does not know. */
  architecture(): string | null
  /** The order of bytes in the kernel's own numbers, as its socket tables print them. */
  byteOrder(): 'LE' | 'BE'
  /** Runs one of the closed list of commands. Missing command: ENOENT. */
  run(command: HostCommand): Promise<CommandResult>
}

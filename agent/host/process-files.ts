// Reads of small files and of long ones below a folder of processes, with one open file at a time: who leaves no
// descriptors to others cannot stop this.
import { closeSync, constants, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { HostError } from './host.ts'
import { toHostError } from './host-errors.ts'

const PIECE_BYTES = 64 * 1024
/** stat, status and cgroup have less than 4 KiB. */
const TEXT_BYTES_MAX = 64 * 1024
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

/** Serves all reads: they take turns. */
const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES)

export function pidsIn(directory: string): number[] {
  const names = attemptingNow(`list ${directory}`, () => readdirSync(directory))
  return names
    .filter((name) => /^[1-9]\d{0,9}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

export function linkText(path: string, name: string): string {
  return attemptingNow(`read link ${name}`, () => readlinkSync(path))
}

export function smallText(path: string, name: string): string {
  const pieces: Buffer[] = []
  let bytes = 0
  for (const piece of piecesOf(path, name)) {
    bytes += piece.length
    if (bytes > TEXT_BYTES_MAX) throw new HostError('TOO-LARGE', `read ${name}: larger than ${TEXT_BYTES_MAX} bytes`)
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Each piece is valid until the next is asked for; nothing else may be read meanwhile. */
export function* piecesOf(path: string, name: string): Generator<Buffer> {
  const descriptor = attemptingNow(`read ${name}`, () => openSync(path, FLAGS))
  try {
    for (;;) {
      const bytesRead = attemptingNow(`read ${name}`, () => readSync(descriptor, buffer, 0, PIECE_BYTES, null))
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    closeSync(descriptor)
  }
}

function attemptingNow<T>(attempt: string, look: () => T): T {
  try {
    return look()
  } catch (error) {
    throw toHostError(attempt, gone(error) ? Object.assign(new Error('gone'), { code: 'ENOENT' }) : error)
  }
}

/** ESRCH: the process ended between being opened and being read. */
function gone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH'
}

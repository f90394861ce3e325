// A directory that stands for "/", plus what commands printed. With clock 'recorded' nothing of the live machine is read,
// its clock included; with 'live' the recording goes on living: this machine's clock, and the files' own times.
import { lstat, readdir, readlink } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../shared/clock.ts'
import { addressesOfIpJson } from './addresses.ts'
import { readRegularText, refuseUnlessRegular } from './bounded-read.ts'
import { COMMANDS, type HostCommand } from './commands.ts'
import { toFileFacts } from './file-facts.ts'
import { HostError, TEXT_BYTES_MAX, type CommandResult, type FileFacts, type Host } from './host.ts'
import { attempting, errnoOf, toHostError } from './host-errors.ts'
import { resolveInside } from './inside-root.ts'
import { streamLines } from './line-stream.ts'
import { loadRecording, type RecordedStat, type Recording } from './recording.ts'

const ROOT_UID = 0
/** As `uname -m` names the machines whose numbers begin with the highest byte. */
const BIG_ENDIAN = /^(?:s390x?|ppc(?:64)?|mips(?:64)?|sparc(?:64)?|parisc(?:64)?|m68k|armv\d+b|aarch64_be)$/

export type RecordedClock = 'recorded' | 'live'

/** Throws an Error that names the file if the recording itself is malformed. */
export function createRecordedHost({ directory, clock }: { directory: string; clock: RecordedClock }): Host {
  const recording = loadRecording(directory)
  // A recording without a clock stands at the epoch: nothing in it can then depend on time.
  const now = clock === 'live' ? () => systemClock.now() : () => recording.nowMs ?? 0
  const run = (command: HostCommand) => runRecorded(recording, command)

  return {
    now,
    uptimeMs: () => uptimeOf(recording, clock, now()),
    architecture: () => recording.architecture,
    byteOrder: () => (BIG_ENDIAN.test(recording.architecture ?? '') ? 'BE' : 'LE'),
    readText: (path, { maxBytes = TEXT_BYTES_MAX } = {}) =>
      attempting(`read ${path}`, async () => {
        const { onDisk } = await readable(recording, path, 'follow')
        return await readRegularText(onDisk, path, { maxBytes, links: 'refused' })
      }),
    readRootText: (path, { maxBytes }) => attempting(`read ${path}`, () => readRootText(recording, path, maxBytes)),
    async *readLines(path, options = {}) {
      const place = await attempting(`read ${path}`, () => readable(recording, path, 'follow'))
      yield* streamLines(place.onDisk, path, options)
    },
    list: (path) => attempting(`list ${path}`, async () => readdir((await readable(recording, path, 'follow')).onDisk)),
    readLink: (path) => attempting(`read link ${path}`, async () => readlink((await locate(recording, path)).onDisk)),
    facts: (path) => attempting(`look at ${path}`, () => recordedFacts(recording, path, clock)),
    realPath: (path) => attempting(`resolve ${path}`, () => existing(recording, path)),
    addresses: () => attempting('list addresses', async () => addressesOfIpJson((await run('ip-address')).stdout)),
    run,
  }
}

type Place = { canonical: string; onDisk: string; stat: RecordedStat | undefined }

async function locate(recording: Recording, path: string, last: 'follow' | 'keep' = 'keep'): Promise<Place> {
  const canonical = await resolveInside(recording.directory, path, last)
  const parents = canonical.split('/').slice(1, -1)
  const blocked = parents.some((_, index) => recording.unreadable.has(`/${parents.slice(0, index + 1).join('/')}`))
  if (blocked) throw permissionDenied(path)
  // A link's own listing holds for what it leads to, so that split names of one file need one entry.
  const stat = recording.stats.get(canonical) ?? recording.stats.get(path)
  return { canonical, onDisk: join(recording.directory, canonical), stat }
}

/** A place whose content may be read: root can read everything, so "could not" has to be simulated. */
async function readable(recording: Recording, path: string, last: 'follow' | 'keep'): Promise<Place> {
  const place = await locate(recording, path, last)
  const stats = await lstat(place.onDisk)
  const mode = place.stat?.mode ?? stats.mode
  const listed = recording.unreadable.has(place.canonical) || recording.unreadable.has(path)
  if (listed || (mode & 0o777) === 0) throw permissionDenied(path)
  return place
}

function permissionDenied(path: string): HostError {
  return new HostError('EACCES', `read ${path}: permission denied`)
}

async function readRootText(recording: Recording, path: string, maxBytes: number): Promise<string> {
  const { onDisk, stat } = await readable(recording, path, 'keep')
  refuseUnlessRegular(await lstat(onDisk), path)
  const uid = stat?.uid ?? ROOT_UID
  if (uid !== ROOT_UID) throw new HostError('NOT-ROOTS', `read ${path}: belongs to uid ${uid}`)
  return await readRegularText(onDisk, path, { maxBytes, links: 'refused' })
}

async function recordedFacts(recording: Recording, path: string, clock: RecordedClock): Promise<FileFacts> {
  const { onDisk, stat } = await locate(recording, path)
  const live = toFileFacts(await lstat(onDisk))
  const times = clock === 'live' ? live : { mtimeMs: null, birthMs: null, inode: null }
  return {
    kind: live.kind,
    uid: stat?.uid ?? ROOT_UID,
    sizeBytes: stat?.sizeBytes ?? live.sizeBytes,
    inode: times.inode,
    mtimeMs: stat?.mtimeMs ?? times.mtimeMs,
    birthMs: stat === undefined ? times.birthMs : stat.birthMs,
  }
}

async function existing(recording: Recording, path: string): Promise<string> {
  const { canonical, onDisk } = await locate(recording, path, 'follow')
  await lstat(onDisk)
  return canonical
}

/** A boot time nobody recorded is the epoch under a recorded clock, so that nothing counts as older than the boot. */
function uptimeOf({ bootedAtMs }: Recording, clock: RecordedClock, now: number): number {
  const since = clock === 'recorded' ? (bootedAtMs ?? 0) : bootedAtMs
  return since !== null && since <= now ? now - since : Math.floor(uptime() * 1000)
}

async function runRecorded({ directory }: Recording, command: HostCommand): Promise<CommandResult> {
  const { recording, outputBytesMax } = COMMANDS[command]
  const printed = await commandFile(directory, recording, outputBytesMax)
  if (printed !== null) return { exitCode: 0, stdout: printed }
  const failure = await commandFile(directory, `${command}.failed`, outputBytesMax)
  if (failure === null) throw new HostError('ENOENT', `run ${command}: no such command`)
  const status = failure.split('\n', 1)[0] ?? ''
  if (/^\d+$/.test(status)) return { exitCode: Number(status), stdout: '' }
  throw new HostError('OTHER', `run ${command}: ended by ${status}`)
}

async function commandFile(directory: string, file: string, maxBytes: number): Promise<string | null> {
  try {
    const limits = { maxBytes, links: 'refused' } as const
    return await readRegularText(join(directory, 'commands', file), file, limits)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw toHostError(`read commands/${file}`, error)
  }
}

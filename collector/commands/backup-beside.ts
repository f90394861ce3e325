// A backup in a process of its own, for somebody who watches: SQLite writes the whole file in one call, and a process that
// waits for it can neither draw how far it is nor hear Ctrl-C.
import { spawn } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { dataFilesIn } from '../store/sqlite/data-folder.ts'
import { EXIT, type Io } from './command.ts'
import { startProgress } from './progress.ts'

const LOOK_EVERY_MS = 100

export type BackupBeside = {
  /** How this program is started, and `backup` with its flags: it answers one line of JSON. */
  command: readonly string[]
  directory: string
  file: string
  /** Somebody who waits this long is shown how far it is, ms. */
  quietMs?: number
}

/** Resolves with what the other process ended with; 130 when it was asked to end. */
export async function backupBeside(
  io: Io,
  { command, directory, file, quietMs }: BackupBeside,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [program = '', ...args] = command
  // Ctrl-C reaches whoever shares the terminal: its end is ours to bring about, together with what it leaves behind.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => (output[name] += chunk))
  }
  const unfinished = join(dirname(file), `.${basename(file)}.${child.pid}.tmp`)
  let isAskedToEnd = false
  void io.stopped.then(() => {
    isAskedToEnd = true
    return child.kill('SIGKILL')
  })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? (isAskedToEnd ? EXIT.interrupted : EXIT.failed)))
  })
  const progress = startProgress(io, 'Writing', { unit: ' MiB', ...(quietMs === undefined ? {} : { quietMs }) })
  const total = mebibytes(sizeOf(dataFilesIn(directory).database))
  progress.update(0, total)
  const timer = setInterval(() => progress.update(Math.min(total, mebibytes(sizeOf(unfinished))), total), LOOK_EVERY_MS)
  try {
    return { code: await ended, ...output }
  } finally {
    clearInterval(timer)
    progress.end()
    rmSync(unfinished, { force: true })
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** At least one: a share of nothing cannot be drawn. */
function mebibytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / (1024 * 1024)))
}

// The processes of a recorded host: proc/PID/{exe,root,ns/user} are links whose text counts, the rest are files. A
// recording keeps no devices and no inodes, so a file that is there under a name is the one of that name.
import { existsSync, lstatSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HostError } from './host.ts'
import { resolveInside } from './inside-root.ts'
import { linkText, piecesOf, pidsIn, smallText } from './process-files.ts'
import type { Processes } from './processes.ts'
import { loadRecording } from './recording.ts'

/** Throws an Error that names the file if the recording itself is malformed. */
export function createRecordedProcesses(directory: string): Processes {
  const recording = loadRecording(directory)
  const at = (pid: number, file: string) => {
    if (recording.unreadable.has(`/proc/${pid}/${file}`)) {
      throw new HostError('EACCES', `read ${file} of a process: permission denied`)
    }
    return join(recording.directory, 'proc', String(pid), file)
  }
  const linkOr = (pid: number, file: string, otherwise: string) => {
    const path = at(pid, file)
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? otherwise : linkText(path, file)
  }
  const folders = new Map<string, Promise<string>>()
  const proc = join(recording.directory, 'proc')
  return {
    pids: () => (existsSync(proc) ? pidsIn(proc) : []),
    own: new Set(),
    owner: () => null,
    exe: (pid) => linkText(at(pid, 'exe'), 'exe of a process'),
    text: (pid, file) => smallText(at(pid, file), `${file} of a process`),
    maps: (pid) => piecesOf(at(pid, 'maps'), 'maps of a process'),
    // oxlint-disable-next-line require-await -- a throw has to become a rejection.
    hasHostRoot: async (pid) => linkOr(pid, 'root', '/') === '/',
    isInHostUserNamespace: (pid) => linkOr(pid, 'ns/user', '') === linkOr(1, 'ns/user', ''),
    hasFile: async (_pid, path) => {
      const folder = folders.get(dirname(path)) ?? resolveInside(recording.directory, dirname(path), 'follow')
      folders.set(dirname(path), folder)
      const file = join(recording.directory, await folder, basename(path))
      if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) return true
      throw new HostError('ENOENT', 'look at a file of a process: no such file or directory')
    },
    isOnDevice: () => null,
  }
}

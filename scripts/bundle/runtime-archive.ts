// node-linux-ARCH.tar.xz: the runtime as hosts get it. Made once and kept, because compressing takes a minute.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { loadedPart } from './loaded-part.ts'
import { type Architecture, libatomic, lockedRuntime, run, runtimeFolder } from './runtime-source.ts'

export const CACHE = 'node_modules/.cache/overdue'

/** `small`: for hosts, a minute of work. `quick`: a quarter larger, in seconds; for tests. */
export type Effort = 'small' | 'quick'

/** x86 code compresses better with its jumps made absolute; for arm64 only the newest xz knows how to undo that. */
const COMPRESSION: Record<Effort, Record<Architecture, readonly string[]>> = {
  small: { x64: ['--x86', '--lzma2=preset=6'], arm64: ['--lzma2=preset=6'] },
  quick: { x64: ['-0', '-T0'], arm64: ['-0', '-T0'] },
}

/** For tar(1). Same content, same bytes: no owner, no time, one order. */
export const REPRODUCIBLE = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=ustar']

export type RuntimeArchive = { name: string; path: string }

/** The archive in the cache, whether or not it was there before. */
export function runtimeArchive(architecture: Architecture, effort: Effort): RuntimeArchive {
  const kept = keptArchive(architecture, effort)
  if (!existsSync(kept.path)) makeArchive(architecture, effort, kept.path)
  return kept
}

/** What `runtimeArchive` would answer; the file need not exist. */
export function keptArchive(architecture: Architecture, effort: Effort): RuntimeArchive {
  const library = hashOf(libatomic(architecture))
  const made = [lockedRuntime(architecture).integrity, COMPRESSION[effort][architecture], library]
  const key = createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 16)
  const name = `node-linux-${architecture}.tar.xz`
  return { name, path: join(CACHE, `${key}-${name}`) }
}

function hashOf(file: string | null): string | null {
  return file === null ? null : createHash('sha256').update(readFileSync(file)).digest('hex')
}

function makeArchive(architecture: Architecture, effort: Effort, path: string): void {
  mkdirSync(CACHE, { recursive: true })
  const making = mkdtempSync(join(CACHE, 'making-'))
  try {
    const content = join(making, 'content')
    const folder = runtimeFolder(architecture, CACHE)
    collect(architecture, folder, content)
    const tar = join(making, 'runtime.tar')
    run('tar', [...REPRODUCIBLE, '-cf', tar, '-C', content, '.'])
    run('xz', [...COMPRESSION[effort][architecture], tar])
    renameSync(`${tar}.xz`, path)
    // 150 MB, fetched again if ever needed.
    if (folder.startsWith(CACHE)) rmSync(folder, { recursive: true })
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

function collect(architecture: Architecture, folder: string, content: string): void {
  mkdirSync(join(content, 'lib'), { recursive: true })
  writeFileSync(join(content, 'node'), loadedPart(readFileSync(join(folder, 'bin/node'))))
  copyFileSync(join(folder, 'LICENSE'), join(content, 'LICENSE.node'))
  const library = libatomic(architecture)
  if (library !== null) copyFileSync(library, join(content, 'lib/libatomic.so.1'))
  for (const [name, mode] of [
    ['node', 0o755],
    ['LICENSE.node', 0o644],
    ['lib', 0o755],
  ] as const) {
    chmodSync(join(content, name), mode)
  }
}

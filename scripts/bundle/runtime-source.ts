// Where the runtime of an architecture comes from: the packages that package-lock.json pins. The one of this machine is
// installed already; npm brings the other one, and its hash is compared with the lock's.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export const ARCHITECTURES = ['x64', 'arm64'] as const
export type Architecture = (typeof ARCHITECTURES)[number]

/** GNU name, as Debian names the folders of libraries. */
const TRIPLES: Record<Architecture, string> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }

type Locked = { version: string; integrity: string }

export function lockedRuntime(architecture: Architecture): Locked {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
  const locked = lock.packages[`node_modules/node-linux-${architecture}`]
  if (locked === undefined) throw new Error(`package-lock.json pins no node-linux-${architecture}`)
  return locked
}

/** Folder of the package `node-linux-ARCH`, with bin/node and LICENSE in it. */
export function runtimeFolder(architecture: Architecture, cache: string): string {
  const installed = `node_modules/node-linux-${architecture}`
  if (existsSync(join(installed, 'bin/node'))) return installed
  const { version, integrity } = lockedRuntime(architecture)
  const folder = join(cache, `node-linux-${architecture}-${version}`)
  if (!existsSync(folder)) fetchPackage(`node-linux-${architecture}@${version}`, integrity, folder)
  return folder
}

function fetchPackage(spec: string, integrity: string, folder: string): void {
  const fetching = `${folder}.new`
  rmSync(fetching, { recursive: true, force: true })
  mkdirSync(fetching, { recursive: true })
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', fetching, spec])) as [
    { filename: string },
  ]
  const archive = join(fetching, filename)
  const got = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
  if (got !== integrity) throw new Error(`${spec} is ${got}, and package-lock.json pins ${integrity}`)
  run('tar', ['-xzf', archive, '-C', fetching, '--strip-components=1', 'package/bin/node', 'package/LICENSE'])
  rmSync(archive)
  renameSync(fetching, folder)
}

/**
 * libatomic.so.1 for `architecture`, which Node 26 is linked against and minimal Debian lacks: of this system, or of
 * Debian's package for cross compilers. Null when neither is installed.
 */
export function libatomic(architecture: Architecture): string | null {
  const triple = TRIPLES[architecture]
  const places = [`/usr/lib/${triple}/libatomic.so.1`, `/usr/${triple}/lib/libatomic.so.1`]
  return places.find((place) => existsSync(place)) ?? null
}

export function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (status === 0) return stdout
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`)
}

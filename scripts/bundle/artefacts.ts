// dist/agent/: everything a host downloads, with SHA256SUMS over it. The collector serves this folder as it is, and a
// copy of it on a stick installs a host without a network.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { AGENT_VERSION } from '../../agent/version.ts'
import { type Effort, keptArchive, REPRODUCIBLE, runtimeArchive, type RuntimeArchive } from './runtime-archive.ts'
import { type Architecture, ARCHITECTURES, run } from './runtime-source.ts'

const FOLDER = 'dist/agent'
const UNITS = 'scripts/systemd'

export type Artefact = { name: string; bytes: number; sha256: string }

/** Where a file of scripts/systemd/ goes on a host; null: it is the collector's. */
export function placeOnHost(file: string): string | null {
  if (file.startsWith('overdue-collector')) return null
  const [name = '', kind = ''] = /^(.+?)\.(sysusers|tmpfiles)\.conf$/.exec(file)?.slice(1) ?? []
  if (name !== '') return `usr/lib/${kind}.d/${name}.conf`
  if (file.endsWith('.sh')) return `usr/bin/${file.slice(0, -'.sh'.length)}`
  return /\.(service|path|timer|slice|socket)$/.test(file) ? `usr/lib/systemd/system/${file}` : null
}

/**
 * Writes dist/agent/ anew. Runtimes are compressed where `make` asks for them, and taken along where an earlier build did:
 * the everyday build must not wait for them.
 */
export function writeArtefacts(make: { architectures: readonly Architecture[]; effort: Effort } | null): Artefact[] {
  const runtimes = ARCHITECTURES.flatMap((architecture) => runtimeFor(architecture, make))
  mkdirSync(FOLDER, { recursive: true })
  const names = [
    'VERSION',
    'install.sh',
    'overdue-agent-files.tar',
    'overdue-agent.cjs',
    ...runtimes.map(({ name }) => name),
  ]
  put('VERSION', (path) => writeFileSync(path, `${AGENT_VERSION}\n`))
  put('install.sh', (path) => copyFileSync('install.sh', path))
  put('overdue-agent-files.tar', packUnits)
  put('overdue-agent.cjs', (path) => copyFileSync('dist/overdue-agent.cjs', path))
  for (const { name, path } of runtimes) put(name, (target) => linkOrCopy(path, target))
  const artefacts = names.toSorted().map(describe)
  // Last: it says what may be served.
  put('SHA256SUMS', (path) => writeFileSync(path, artefacts.map(({ sha256, name }) => `${sha256}  ${name}\n`).join('')))
  for (const left of readdirSync(FOLDER)) if (left !== 'SHA256SUMS' && !names.includes(left)) rmSync(join(FOLDER, left))
  return artefacts
}

function runtimeFor(architecture: Architecture, make: Parameters<typeof writeArtefacts>[0]): RuntimeArchive[] {
  if (make?.architectures.includes(architecture)) return [runtimeArchive(architecture, make.effort)]
  const kept = [keptArchive(architecture, 'small'), keptArchive(architecture, 'quick')]
  return kept.filter(({ path }) => existsSync(path)).slice(0, 1)
}

/** Under its name only when it is complete: a collector may be serving this folder. */
function put(name: string, write: (path: string) => void): void {
  const path = join(FOLDER, `.${name}.new`)
  rmSync(path, { force: true })
  write(path)
  chmodSync(path, 0o644)
  renameSync(path, join(FOLDER, name))
}

/** Units, users, places and the launcher, each under the path it has on a host. */
function packUnits(target: string): void {
  const content = mkdtempSync(join(tmpdir(), 'overdue-files-'))
  try {
    for (const file of existsSync(UNITS) ? readdirSync(UNITS) : []) {
      const place = placeOnHost(file)
      if (place === null) continue
      mkdirSync(dirname(join(content, place)), { recursive: true })
      cpSync(join(UNITS, file), join(content, place))
      chmodSync(join(content, place), place.startsWith('usr/bin/') ? 0o755 : 0o644)
    }
    // Files alone: a folder in the archive would set mode and time of the host's own when it is unpacked there.
    const places = readdirSync(content, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const names = places.map(({ parentPath, name }) => relative(content, join(parentPath, name))).toSorted()
    run('tar', [...REPRODUCIBLE, '-cf', target, '-C', content, ...names])
  } finally {
    rmSync(content, { recursive: true, force: true })
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

function describe(name: string): Artefact {
  const path = join(FOLDER, name)
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  return { name, bytes: statSync(path).size, sha256 }
}

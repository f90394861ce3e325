// Makes the bundles in dist/, beside each what it is made of (dist/meta/NAME.json), and what hosts download (dist/agent/).
//   --artefacts        with the runtimes for hosts, x64 and arm64: a minute each, once
//   --artefacts=quick  with the runtime of this machine alone, compressed less: for tests; =quick-ARCH: of another one
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build as esbuild } from 'esbuild'
import { type Artefact, writeArtefacts } from './bundle/artefacts.ts'
import { BUNDLES, type Bundle } from './bundle/bundles.ts'
import { type Share, sharesOf } from './bundle/contents.ts'
import { type Architecture, ARCHITECTURES, libatomic } from './bundle/runtime-source.ts'

export type BuiltBundle = { name: string; outfile: string; bytes: number; gzipBytes: number; shares: Share[] }

/** Builds every bundle whose program exists, and dist/agent/. Throws with esbuild's own words when one cannot be made. */
export async function build(artefacts: Parameters<typeof writeArtefacts>[0] = null): Promise<BuiltBundle[]> {
  const bundles = await buildBundles()
  for (const artefact of writeArtefacts(artefacts)) if (artefacts !== null) tell(describeArtefact(artefact))
  for (const architecture of artefacts?.architectures ?? []) {
    if (libatomic(architecture) === null)
      tell(`the runtime for ${architecture} is without libatomic.so.1: see docs/reference/install.md\n`)
  }
  return bundles
}

async function buildBundles(): Promise<BuiltBundle[]> {
  mkdirSync('dist/meta', { recursive: true })
  // The collector serves them as they are, from beside its bundle.
  rmSync('dist/assets', { recursive: true, force: true })
  cpSync('collector/dashboard/assets', 'dist/assets', { recursive: true })
  return await Promise.all(BUNDLES.filter(({ entry }) => existsSync(entry)).map(buildOne))
}

async function buildOne({ name, entry, outfile, options }: Bundle): Promise<BuiltBundle> {
  const { metafile } = await esbuild({ ...options, entryPoints: [entry], outfile })
  if (metafile === undefined) throw new Error(`${outfile}: esbuild told nothing of its contents`)
  const code = readFileSync(outfile)
  const built = { name, outfile, bytes: code.length, gzipBytes: gzipSync(code).length, shares: sharesOf(metafile) }
  writeFileSync(`dist/meta/${name}.json`, `${JSON.stringify({ ...built, inputs: metafile.inputs })}\n`)
  return built
}

function describe({ outfile, bytes, gzipBytes, shares }: BuiltBundle): string {
  const kib = (size: number): string => `${(size / 1024).toFixed(0)} KiB`
  const parts = shares.slice(0, 6).map((share) => `${share.package} ${kib(share.bytes)}`)
  return `${outfile}  ${kib(bytes)}, gzip ${kib(gzipBytes)}  (${parts.join(', ')})\n`
}

function describeArtefact({ name, bytes, sha256 }: Artefact): string {
  return `dist/agent/${name}  ${bytes} bytes, sha256 ${sha256.slice(0, 16)}...\n`
}

function tell(line: string): void {
  process.stderr.write(line)
}

function wantedArtefacts(argv: readonly string[]): Parameters<typeof writeArtefacts>[0] {
  if (argv.includes('--artefacts')) return { architectures: ARCHITECTURES, effort: 'small' }
  const quick = ARCHITECTURES.filter((name) => argv.includes(`--artefacts=quick-${name}`))
  if (argv.includes('--artefacts=quick')) quick.push(process.arch as Architecture)
  return quick.length > 0 ? { architectures: quick, effort: 'quick' } : null
}

if (import.meta.main) {
  for (const bundle of await build(wantedArtefacts(process.argv.slice(2)))) tell(describe(bundle))
}

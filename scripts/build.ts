// Makes the bundles in dist/, and beside each what it is made of (dist/meta/NAME.json).
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build as esbuild } from 'esbuild'
import { BUNDLES, type Bundle } from './bundle/bundles.ts'
import { type Share, sharesOf } from './bundle/contents.ts'

export type BuiltBundle = { name: string; outfile: string; bytes: number; gzipBytes: number; shares: Share[] }

/** Builds every bundle whose program exists. Throws with esbuild's own words when one cannot be made. */
export async function build(): Promise<BuiltBundle[]> {
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

if (import.meta.main) {
  for (const bundle of await build()) process.stderr.write(describe(bundle))
}

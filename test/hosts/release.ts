// What a release is: the bundles and what hosts download, as scripts/build makes them, in a folder of the test's own. The
// build runs in a tree of links, so that it is the real one and leaves the repository's dist/ alone.
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Architecture } from '../../scripts/bundle/runtime-source.ts'
import { must } from './command.ts'

const NEEDED = [
  'agent',
  'collector',
  'shared',
  'scripts',
  'node_modules',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'install.sh',
]

/** Path of the collector's bundle, which serves the rest from beside it. */
export async function makeRelease(directory: string, architecture: Architecture): Promise<string> {
  const tree = join(directory, 'release')
  mkdirSync(tree)
  for (const name of NEEDED) symlinkSync(resolve(name), join(tree, name))
  // quick: with this runtime alone, and compressed less.
  await must([process.execPath, 'scripts/build.ts', `--artefacts=quick-${architecture}`], { cwd: tree })
  return join(tree, 'dist/overdue-collector.mjs')
}

/** Offers another version from now on: the same agent under another number, with one byte more. */
export function offerVersion(directory: string, version: string): void {
  const folder = join(directory, 'release/dist/agent')
  // The build links archives from its cache; these two are files of their own.
  writeFileSync(join(folder, 'VERSION'), `${version}\n`)
  appendFileSync(join(folder, 'overdue-agent.cjs'), '\n')
  const names = readdirSync(folder).filter((name) => /^[\w]/.test(name) && name !== 'SHA256SUMS')
  const sum = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  writeFileSync(
    join(folder, 'SHA256SUMS'),
    names
      .toSorted()
      .map((name) => `${sum(name)}  ${name}\n`)
      .join(''),
  )
}

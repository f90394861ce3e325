// What a release is: the bundles and what hosts download, as scripts/build makes them, once a run, and a copy for each test.
// The build runs in a tree of links, so that it is the real one and leaves the repository's dist/ alone.
import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Architecture } from '../../scripts/bundle/runtime-source.ts'
import { onceARun } from '../support/suite/once-a-run.ts'
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
  const made = await onceARun(`release-${architecture}`, (tree) => buildIn(tree, architecture))
  const dist = join(directory, 'release/dist')
  cpSync(join(made, 'dist'), dist, { recursive: true })
  return join(dist, 'overdue-collector.mjs')
}

async function buildIn(tree: string, architecture: Architecture): Promise<void> {
  for (const name of NEEDED) symlinkSync(resolve(name), join(tree, name))
  // quick: with this runtime alone, and compressed less.
  await must([process.execPath, 'scripts/build.ts', `--artefacts=quick-${architecture}`], { cwd: tree })
}

/** Offers another version from now on: the same agent under another number, with one byte more. */
export function offerVersion(directory: string, version: string): void {
  const folder = join(directory, 'release/dist/agent')
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

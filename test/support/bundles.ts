// The programs as they ship: single files, made as scripts/build.ts makes them, once a run. They start in a third of the
// time that the sources take.
import { cpSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { BUNDLES } from '../../scripts/bundle/bundles.ts'
import { onceARun } from './suite/once-a-run.ts'

/** What a bundle looks for beside itself. */
const BESIDE: Partial<Record<Program, string>> = { 'overdue-collector': 'collector/dashboard/assets' }

export type Program = 'overdue-agent' | 'overdue-collector' | 'overdue'

/** Path of the bundle. */
export async function bundleOf(program: Program): Promise<string> {
  const bundle = BUNDLES.find(({ name }) => name === program)
  if (bundle === undefined) throw new Error(`scripts/bundle/bundles.ts has no ${program}`)
  const file = basename(bundle.outfile)
  const folder = await onceARun(program, async (making) => {
    await build({ ...bundle.options, entryPoints: [bundle.entry], outfile: join(making, file) })
    const beside = BESIDE[program]
    if (beside !== undefined) cpSync(beside, join(making, basename(beside)), { recursive: true })
  })
  return join(folder, file)
}

/** The same for a program that only tests have, of the collector's code. */
export async function bundleOfSource(entry: string): Promise<string> {
  const options = BUNDLES.find(({ name }) => name === 'overdue-collector')?.options
  const file = `${basename(entry, '.ts')}.mjs`
  const folder = await onceARun(file, (making) =>
    build({ ...options, entryPoints: [entry], outfile: join(making, file) }),
  )
  return join(folder, file)
}

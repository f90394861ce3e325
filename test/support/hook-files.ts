// The hooks for deploy tools as they lie in scripts/examples/hooks, and what tests of them share.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HOOKS_FOLDER } from '../../scripts/hook-texts.ts'

/** Each test starts several programs, on a machine that may be busy. */
export const PATIENT = { timeout: 120_000 }

export const hookText = (file: string): string => readFileSync(join(HOOKS_FOLDER, file), 'utf8')

/** Is it there, and does it run? */
export const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0

/** With a second where the file has many: what hangs is ended all the same, and the test with it. */
export function impatient(script: string): string {
  return script.replaceAll(/timeout -k \d+ \d+/g, 'timeout -k 1 1').replaceAll(/--max-time \d+/g, '--max-time 1')
}

/** How an agent or a command can be: the rest of a shell script, null where there is none. */
export const MANNERS: Readonly<Record<string, string | null>> = {
  fails: 'echo failed >&2; exit 1',
  'is killed': 'kill -9 $$',
  // The stubborn one is ended by a signal it cannot ignore.
  hangs: 'trap "" TERM; while :; do sleep 1; done',
  'is not there': null,
}

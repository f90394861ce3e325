// How the local scripts start the programs: bundled with the flags of the units, or unbuilt while working on the code.
import { spawnSync } from 'node:child_process'
import type { ChildCommand } from './supervise.ts'

/**
 * Flags of the resident agent. Work, not start-up, is where memory goes: the optimising tiers cost about 15 MB of
 * anonymous memory and buy nothing at one look every few seconds.
 */
export const AGENT_NODE_FLAGS = [
  '--no-opt',
  '--no-maglev',
  '--max-semi-space-size=1',
  '--max-old-space-size=16',
  '--optimize-for-size',
]

export type Programs = { agent: string[]; collector: string[] }

export const BUNDLED: Programs = {
  agent: [...AGENT_NODE_FLAGS, 'dist/overdue-agent.cjs'],
  collector: ['dist/overdue-collector.mjs'],
}
export const UNBUILT: Programs = { agent: ['agent/main.ts'], collector: ['collector/main.ts'] }

export function command(name: string, program: string[], args: string[]): ChildCommand {
  return { name, file: process.execPath, args: [...program, ...args] }
}

/** Runs a program to its end and returns what it printed; throws with its own words when it fails. */
export function runOnce(program: string[], args: string[]): string {
  const result = spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' })
  if (result.status !== 0)
    throw new Error(result.stderr.trim() || result.error?.message || `exit code ${result.status}`)
  return result.stdout
}

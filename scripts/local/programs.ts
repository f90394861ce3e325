// How the local scripts start the programs: bundled with the flags of the units, or unbuilt while working on the code.
import { spawnSync } from 'node:child_process'
import type { ChildCommand } from './supervise.ts'

/**
 * Flags of the resident agent. Work, not start-up, is where memory goes: the optimising tiers cost about 15 MB of
 * anonymous memory and buy nothing at one look every few seconds. undici parses HTTP in WebAssembly: compiled whole, and
 * once more after a few answers, that parser takes 2 MB for good and 7 MB for a moment, to gain microseconds a minute.
 * Compiling late is worth another megabyte, and so is collecting once the start is over (agent/give-back.ts).
 */
export const AGENT_NODE_FLAGS = [
  '--no-opt',
  '--no-maglev',
  '--max-semi-space-size=1',
  '--max-old-space-size=16',
  '--no-sparkplug',
  '--optimize-for-size',
  '--max-lazy',
  '--single-threaded-gc',
  '--wasm-lazy-compilation',
  '--wasm-tiering-budget=2000000000',
  '--expose-gc',
]

/**
 * Flags of the collector. Left alone, the young generation grows with the load and stays: 50 MB before the first agent comes,
 * and up to 150 MB with ten thousand. At 8 MB a report takes a tenth less processor time, and ten thousand that wait 256 MB.
 */
export const COLLECTOR_NODE_FLAGS = ['--max-semi-space-size=4']

/**
 * Of mallopt(3). One heap for all threads: the runtime's helpers hardly allocate, and each arena holds on to about 1 MB.
 * Blocks from 32 KB on, and the heap's end, go back to the kernel when they are free: glibc would let that limit grow to
 * 32 MB with the first large buffer, and keep 3 MB of what the start needed.
 */
export const AGENT_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TRIM_THRESHOLD_: '32768',
  MALLOC_TOP_PAD_: '4096',
}

export type Programs = { agent: string[]; collector: string[] }

export const BUNDLED: Programs = {
  agent: [...AGENT_NODE_FLAGS, 'dist/overdue-agent.cjs'],
  collector: [...COLLECTOR_NODE_FLAGS, 'dist/overdue-collector.mjs'],
}
export const UNBUILT: Programs = { agent: ['agent/main.ts'], collector: ['collector/main.ts'] }

export function command(name: string, program: string[], args: string[], environment = {}): ChildCommand {
  return { name, file: process.execPath, args: [...program, ...args], environment }
}

/** Runs a program to its end and returns what it printed; throws with its own words when it fails. */
export function runOnce(program: string[], args: string[]): string {
  const result = spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' })
  if (result.status !== 0)
    throw new Error(result.stderr.trim() || result.error?.message || `exit code ${result.status}`)
  return result.stdout
}

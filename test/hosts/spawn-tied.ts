// A child that ends with this process, however that ends.
import { type ChildProcess, spawn } from 'node:child_process'

/** The kernel kills it when its parent is gone: prctl(2), PR_SET_PDEATHSIG. Its output is to be read. */
export function spawnTied(argv: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  })
  child.once('error', () => undefined)
  return child
}

// Answers the local agent's asks for scans, as systemd's path units and timers do on a host that was installed.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { command, type Programs } from './programs.ts'

// A path unit starts its service at once; a question that waits for long would be measured as the scan's.
const LOOK_EVERY_MS = 100
const TIMER_MS = 15 * 60_000

type Places = { directory: string; factsDirectory: string; root: string | null }

/** Scans everything now, and when it is asked for; the firewall every 15 min. Ends with this process. */
export function answerScans(programs: Programs, { directory, factsDirectory, root }: Places): void {
  const asks = join(directory, 'ask')
  mkdirSync(asks, { recursive: true, mode: 0o700 })
  const out = (name: string) => [
    '--out',
    join(factsDirectory, `${name}.json`),
    ...(root === null ? [] : ['--root', root]),
  ]
  const into = ['--facts-dir', factsDirectory, ...(root === null ? [] : ['--root', root])]
  const scans = {
    firewall: ['scan', 'firewall', ...out('firewall')],
    processes: ['scan', 'processes', ...out('processes')],
    inventory: ['scan', 'inventory', ...into],
    updates: ['scan', 'updates', ...into],
  }
  const running = new Set<string>()
  const scan = (name: string, args: string[]): void => {
    running.add(name)
    const { file, args: argv } = command('agent', programs.agent, args)
    spawn(file, argv, { stdio: 'ignore' }).once('close', () => running.delete(name))
  }
  for (const [name, args] of Object.entries(scans)) scan(name, args)
  setInterval(() => {
    for (const [name, args] of Object.entries(scans)) {
      const ask = join(asks, name)
      if (running.has(name) || !existsSync(ask)) continue
      rmSync(ask, { force: true })
      scan(name, args)
    }
  }, LOOK_EVERY_MS).unref()
  setInterval(() => scan('firewall', scans.firewall), TIMER_MS).unref()
}

// What the recorded hosts in test/fixtures/hosts are expected to say; shared by the test and by scripts/update-golden.ts.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runSnapshot } from '../../agent/commands/snapshot.ts'

const HOSTS = join(import.meta.dirname, '../fixtures/hosts')
export const GOLDEN_DIRECTORY = join(import.meta.dirname, '../golden')

export function recordedHosts(): { name: string; directory: string }[] {
  return readdirSync(HOSTS)
    .sort()
    .map((name) => ({ name, directory: join(HOSTS, name) }))
}

export function goldenFile(name: string): string {
  return join(GOLDEN_DIRECTORY, `${name}.json`)
}

/** What `overdue-agent snapshot --root DIRECTORY --json` prints, apart from the version of the agent. */
export async function snapshotOf(directory: string): Promise<string> {
  let printed = ''
  const stdout = { write: (text: string) => (printed += text) }
  const problems: string[] = []
  const stderr = { write: (text: string) => problems.push(text) }
  const argv = ['--root', directory, '--json']
  const exitCode = await runSnapshot(argv, { stdout, stderr, environment: {} }, { agentVersion: 'any' })
  if (exitCode !== 0) throw new Error(problems.join(''))
  return printed
}

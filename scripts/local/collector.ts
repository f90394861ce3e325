// A collector for trying and for working on the code: started, waited for, with a token and a join key at hand.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { command, runOnce, type Programs } from './programs.ts'
import { supervise, type Supervised } from './supervise.ts'

const READY_DEADLINE_MS = 20_000

/** `readyMs`: from the start of the process to the moment it answers. */
export type LocalCollector = { url: string; token: string; readyMs: number; process: Supervised }

export async function startCollector(
  programs: Programs,
  dataDirectory: string,
  port: number,
  tell: (line: string) => void,
): Promise<LocalCollector> {
  const directory = join(dataDirectory, 'collector')
  const readyFile = join(dataDirectory, 'collector-ready.json')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  rmSync(readyFile, { force: true })
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data-dir', directory, '--ready-file', readyFile]
  const startedAt = performance.now()
  const process = supervise(command('collector', programs.collector, args), tell)
  try {
    const url = await Promise.race([waitForUrl(readyFile), process.failed])
    const readyMs = performance.now() - startedAt
    return { url, token: await localToken(programs, dataDirectory, directory, url), readyMs, process }
  } catch (error) {
    await process.stop()
    throw error
  }
}

async function waitForUrl(readyFile: string): Promise<string> {
  const deadline = performance.now() + READY_DEADLINE_MS
  while (performance.now() < deadline) {
    if (existsSync(readyFile)) return (JSON.parse(readFileSync(readyFile, 'utf8')) as { url: string }).url
    await sleep(20)
  }
  throw new Error('the collector did not become ready in 20 s')
}

/** The token of the last run while it still works, else a new one: a folder full of forgotten tokens helps nobody. */
async function localToken(
  programs: Programs,
  dataDirectory: string,
  collectorDirectory: string,
  url: string,
): Promise<string> {
  const file = join(dataDirectory, 'token')
  if (existsSync(file)) {
    const kept = readFileSync(file, 'utf8').trim()
    const answer = await fetch(`${url}/api/v1/summary`, { headers: { authorization: `Bearer ${kept}` } })
    if (answer.ok) return kept
  }
  const args = ['token', 'create', '--role', 'admin', '--name', 'local', '--data-dir', collectorDirectory, '--json']
  const { token } = JSON.parse(runOnce(programs.collector, args)) as { token: string }
  writeFileSync(file, `${token}\n`, { mode: 0o600 })
  return token
}

export function createJoinKey(programs: Programs, dataDirectory: string): string {
  const directory = join(dataDirectory, 'collector')
  const args = ['join-key', 'create', '--uses', '1000', '--ttl', '24h', '--data-dir', directory, '--json']
  return (JSON.parse(runOnce(programs.collector, args)) as { joinKey: string }).joinKey
}

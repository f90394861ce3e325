// An agent beside a local collector: enrolled, watching this machine or a recorded host.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AGENT_ENVIRONMENT, command, runOnce, type Programs } from './programs.ts'
import { answerScans } from './scans.ts'
import { supervise, type Supervised } from './supervise.ts'

const FIRST_REPORT_DEADLINE_MS = 30_000

export type LocalAgentSettings = { directory: string; root: string | null; url: string; joinKey: string }
export type LocalAgent = { serverId: string; process: Supervised }

export function startAgent(programs: Programs, settings: LocalAgentSettings, tell: (line: string) => void): LocalAgent {
  const { directory, root, url, joinKey } = settings
  const factsDirectory = join(directory, 'facts')
  mkdirSync(factsDirectory, { recursive: true, mode: 0o700 })
  const places = ['--state-dir', directory, '--runtime-dir', join(directory, 'run'), '--facts-dir', factsDirectory]
  const keyFile = join(directory, 'join-key')
  writeFileSync(keyFile, `${joinKey}\n`, { mode: 0o600 })
  const rooted = root === null ? [] : ['--root', root]
  runOnce(programs.agent, ['enroll', '--if-needed', '--url', url, '--join-key-file', keyFile, ...places, ...rooted])
  answerScans(programs, { directory, factsDirectory, root })
  const process = supervise(
    command('agent', programs.agent, ['run', '--url', url, ...places, ...rooted], AGENT_ENVIRONMENT),
    tell,
  )
  return { serverId: serverIdOf(directory), process }
}

/** The credential file holds `ovds_ID_SECRET`; the id is the server's. */
function serverIdOf(directory: string): string {
  const id = readFileSync(join(directory, 'credential'), 'utf8').split('_')[1]
  if (id === undefined)
    throw new Error(`${join(directory, 'credential')} holds no credential; remove the folder and start again`)
  return id
}

/** Resolves when the collector has accepted a first report of the server. */
export async function waitForReport(url: string, token: string, serverId: string): Promise<void> {
  const deadline = performance.now() + FIRST_REPORT_DEADLINE_MS
  while (performance.now() < deadline) {
    const answer = await fetch(`${url}/api/v1/servers/${serverId}`, { headers: { authorization: `Bearer ${token}` } })
    if (answer.ok && ((await answer.json()) as { lastReportAt: string | null }).lastReportAt !== null) return
    await sleep(50)
  }
  throw new Error('the first report was not accepted in 30 s; the lines above say why')
}

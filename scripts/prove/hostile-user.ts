// Proves that a local user who tries 25 tricks at once changes nothing that the look at processes says of others: real processes
// of a user without rights, the scan as root, under strace where that is installed. Takes a minute and 2 GB. As root:
//   npm run prove:hostile-user
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OutdatedGroup } from '../../shared/sections/processes.ts'
import type { ProcessesFacts } from '../../shared/facts/processes.ts'

/** Nobody's number on any distribution. */
const USER = 64_321
/** Of younger processes nothing is said. */
const YOUNG_MS = 62_000
const STALL_MS = 10_000
const READY_MS_MAX = 120_000
/** Not whatever comes first in root's PATH: it may lie where the user cannot go. */
const PYTHON = '/usr/bin/python3'
const AS_USER = ['--reuid', String(USER), '--regid', String(USER), '--clear-groups', '--no-new-privs', '--']

if (process.getuid?.() === 0) await prove()
else console.error('only root can see the processes of others')

async function prove(): Promise<void> {
  // Not below /tmp: code that was deleted there is left out whoever it belongs to.
  const folder = mkdtempSync('/var/lib/overdue-hostile-')
  chownSync(folder, USER, USER)
  const script = join(folder, 'tricks.py')
  cpSync('scripts/prove/hostile/tricks.py', script)
  const names = spawnSync(PYTHON, [script, 'list'], { encoding: 'utf8' }).stdout.trim().split('\n')
  const started: ChildProcess[] = []
  try {
    const before = scan(folder)
    for (const name of names) started.push(await start(name, script, folder))
    await sleep(YOUNG_MS)
    const during = scan(folder)
    const isGood = [tell(before, during), tellExecuted(folder)].every(Boolean)
    process.exitCode = isGood ? 0 : 1
  } finally {
    for (const { pid } of started) endGroup(pid)
    await sleep(1_000)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function start(name: string, script: string, folder: string): Promise<ChildProcess> {
  const own = join(folder, name)
  mkdirSync(own)
  chownSync(own, USER, USER)
  const child = spawn('setpriv', [...AS_USER, PYTHON, script, name, own], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)
  const ready = (async () => {
    for await (const line of lines) if (line === 'ready') return 'stands'
    return 'ended'
  })()
  console.log(`${name}: ${await Promise.race([ready, sleep(READY_MS_MAX, 'takes its time')])}`)
  return child
}

type Scanned = { facts: ProcessesFacts; tookMs: number }

function scan(folder: string): Scanned {
  const out = join(folder, 'facts.json')
  const beganMs = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ['agent/main.ts', 'scan', 'processes', '--out', out])
  const tookMs = performance.now() - beganMs
  if (status !== 0) throw new Error(`the scan ended with ${status}: ${String(stderr)}`)
  return { facts: JSON.parse(readFileSync(out, 'utf8')) as ProcessesFacts, tookMs }
}

/** Rows of others are as they were; those of the user name no package and no unit but the one this runs in. */
function tell(before: Scanned, during: Scanned): boolean {
  const isTheirs = ({ user }: OutdatedGroup) => user === String(USER)
  const others = (facts: ProcessesFacts) => JSON.stringify(facts.outdated.filter((row) => !isTheirs(row)))
  const theirs = during.facts.outdated.filter(isTheirs)
  for (const { command, files, unit } of theirs) {
    console.log(`told of the user: ${unit ?? '-'} ${command} ${files[0]?.slice(0, 80)}`)
  }
  const { looked, missing, problem } = during.facts
  console.log(`looked at ${looked} in ${Math.round(during.tookMs)} ms; missing: ${missing}; problem: ${problem}`)
  const accused = theirs.filter(({ packages, isLocal }) => packages.length > 0 || isLocal !== true)
  const isSame = others(before.facts) === others(during.facts) && before.facts.count === during.facts.count
  console.log(`rows of others: ${isSame ? 'as before' : 'CHANGED'}; wrongly put down to packages: ${accused.length}`)
  return isSame && accused.length === 0 && problem === null && during.tookMs < STALL_MS
}

/** What the scan executed, as the kernel tells: itself alone. */
function tellExecuted(folder: string): boolean {
  if (!existsSync('/usr/bin/strace')) {
    console.log('strace is missing: what the scan executes was not looked at')
    return true
  }
  const log = join(folder, 'strace')
  const options = ['-f', '-qq', '-e', 'trace=execve,execveat', '-o', log]
  const scanned = [process.execPath, 'agent/main.ts', 'scan', 'processes', '--out', join(folder, 'facts.json')]
  spawnSync('strace', [...options, ...scanned])
  const calls = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line.includes('exec'))
  console.log(`executed: ${calls.length}\n${calls.join('\n')}`)
  return calls.length === 1
}

/** Each trick leads a group of its own; it may have ended. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    return
  }
}

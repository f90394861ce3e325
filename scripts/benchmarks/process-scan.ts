// The one-shot that looks for processes on replaced code, as its unit runs it: over 5,000 that run and have nothing, and
// over 5,000 recorded ones that all have, as after an upgrade of the C library.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { line, type BenchLine, type BenchSize } from './bench-line.ts'

/** Of 5,000 processes as they are; and where every one of them has to be looked at closely, out of files on a disk. */
const CPU_SECONDS_MAX = { running: 1, outdated: 2.5 } as const
const MEGABYTE = 1024 * 1024
/** The unit's MemoryHigh. */
const RSS_MEGABYTES_MAX = 192
/** Of the program's own script. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1' }
const SLEEPERS = { quick: 1_000, full: 5_000 } as const
const RECORDED = { quick: 1_000, full: 5_000 } as const

export async function benchProcessScan(size: BenchSize): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-bench-processes-'))
  try {
    return [...(await running(folder, SLEEPERS[size])), ...recorded(folder, RECORDED[size])]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function running(folder: string, count: number): Promise<BenchLine[]> {
  const started = join(folder, 'started')
  const parent = spawn(
    '/bin/sh',
    ['-c', `i=0; while [ $i -lt ${count} ]; do sleep 900 & i=$((i+1)); done; : > "$0"; wait`, started],
    {
      stdio: 'ignore',
      detached: true,
    },
  )
  try {
    await until(() => existsSync(started))
    return lines(`scan processes, ${count} running`, scan(folder, [], count), CPU_SECONDS_MAX.running)
  } finally {
    endGroup(parent)
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries > 600) throw new Error('the processes to look at did not start')
    await sleep(100)
  }
}

/** The sleepers are of the group of the shell that started them. */
function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGTERM')
}

function recorded(folder: string, count: number): BenchLine[] {
  const host = join(folder, 'host')
  writeHost(host, count)
  const cost = scan(folder, ['--root', host], count)
  return lines(`scan processes, ${count} recorded, all outdated`, cost, CPU_SECONDS_MAX.outdated)
}

type Cost = { cpuSeconds: number; rssBytes: number }

function lines(what: string, { cpuSeconds, rssBytes }: Cost, cpuMax: number): BenchLine[] {
  const rss = rssBytes / MEGABYTE
  return [
    line(`${what}: CPU`, cpuSeconds, 's', `< ${cpuMax}`, cpuSeconds < cpuMax),
    line(`${what}: RSS`, rss, 'MB', `< ${RSS_MEGABYTES_MAX}`, rss < RSS_MEGABYTES_MAX),
  ]
}

/** Throws where it fails, or did not look at as many as there are. */
function scan(folder: string, root: readonly string[], count: number): Cost {
  const facts = join(folder, 'processes.json')
  const preload = ['--require', './scripts/benchmarks/scan-preload.cjs']
  const argv = [...preload, 'dist/overdue-agent.cjs', 'scan', 'processes', ...root, '--out', facts]
  const { status, stderr, output } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  if (status !== 0) throw new Error(`scan processes: ${stderr}`)
  const found = JSON.parse(readFileSync(facts, 'utf8')) as { looked: number; count: number; missing: string | null }
  const isWhole = found.looked >= count && found.missing === null && (root.length === 0 || found.count === count)
  if (!isWhole) throw new Error(`it did not look at all processes: ${JSON.stringify(found).slice(0, 200)}`)
  return JSON.parse(output[3] ?? '') as Cost
}

const PACKAGES = 1_000
const FILES_OF_PACKAGE = 100
const LIBRARIES = 20

/** A host whose processes started long ago, and whose libraries were all upgraded since. */
function writeHost(directory: string, count: number): void {
  const lists = join(directory, 'var/lib/dpkg/info')
  mkdirSync(lists, { recursive: true })
  for (let at = 0; at < PACKAGES; at += 1) {
    const own = at < LIBRARIES ? `/lib/x86_64-linux-gnu/lib${at}.so.6\n` : ''
    const others = Array.from({ length: FILES_OF_PACKAGE }, (_, file) => `/usr/share/doc/p${at}/file-${file}.txt\n`)
    writeFileSync(join(lists, `p${at}:amd64.list`), own + others.join(''))
  }
  writeFileSync(
    join(directory, 'clock.json'),
    JSON.stringify({ now: '2026-11-22T12:00:00Z', bootedAt: '2026-11-01T12:00:00Z' }),
  )
  const maps = Array.from({ length: LIBRARIES }, (_, at) => libraryMaps(at)).join('')
  for (let pid = 1; pid <= count; pid += 1) writeProcess(join(directory, 'proc', String(pid)), pid, maps)
}

function libraryMaps(at: number): string {
  const file = `fe:00 ${1000 + at}                    /usr/lib/x86_64-linux-gnu/lib${at}.so.6${at < 4 ? ' (deleted)' : ''}`
  return ['r--p', 'r-xp', 'r--p', 'rw-p']
    .map((perms) => `7f7e6615e000-7f7e661bb000 ${perms} 0001f000 ${file}\n`)
    .join('')
}

function writeProcess(folder: string, pid: number, maps: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'maps'), maps)
  writeFileSync(join(folder, 'stat'), `${pid} (daemon) S 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 1 0\n`)
  writeFileSync(join(folder, 'status'), 'Name:\tdaemon\nUid:\t0\t0\t0\t0\n')
  writeFileSync(join(folder, 'cgroup'), `0::/system.slice/daemon-${pid % 100}.service\n`)
  symlinkSync('/usr/sbin/daemon', join(folder, 'exe'))
}

// What a recorded host says beside its files: times, owners and sizes git does not keep, paths that could not be read,
// and the moment it was taken. Read once; a malformed file is an error that names it, never a guess.
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { plausibleBirth } from './file-facts.ts'

export type RecordedStat = {
  uid: number
  /** Permission bits; null where not recorded. */
  mode: number | null
  mtimeMs: number | null
  birthMs: number | null
  sizeBytes: number | null
}

export type Recording = {
  /** The directory on this machine, links resolved. */
  directory: string
  stats: ReadonlyMap<string, RecordedStat>
  unreadable: ReadonlySet<string>
  /** Epoch ms; null where the recording does not know. */
  nowMs: number | null
  bootedAtMs: number | null
  architecture: string | null
}

export function loadRecording(directory: string): Recording {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new Error(`--root ${directory}: is not a directory; give the folder of a recorded host`)
  }
  const at = realpathSync(directory)
  const clock = readClock(at)
  return {
    directory: at,
    stats: readStats(at),
    unreadable: new Set(lines(at, 'unreadable.txt').map(normalised)),
    nowMs: clock.now,
    bootedAtMs: clock.bootedAt ?? bootTimeOfKernel(at),
    architecture: lines(at, 'proc/sys/kernel/arch')[0] ?? null,
  }
}

/** "run/x", "/run/x" and "/run/x/" are one path. */
function normalised(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`
}

function readStats(directory: string): Map<string, RecordedStat> {
  const stats = new Map<string, RecordedStat>()
  for (const [path, entry] of Object.entries(readJsonObject(directory, 'stat.json'))) {
    if (!isObject(entry)) throw new Error(`${join(directory, 'stat.json')}: ${path}: expected an object`)
    const where = `${join(directory, 'stat.json')}: ${path}`
    const birthMs = moment(entry['birth'], `${where}.birth`)
    stats.set(normalised(path), {
      uid: count(entry['uid'], `${where}.uid`) ?? 0,
      mode: mode(entry['mode'], `${where}.mode`),
      mtimeMs: moment(entry['mtime'], `${where}.mtime`),
      birthMs: birthMs === null ? null : plausibleBirth(birthMs),
      sizeBytes: count(entry['size'], `${where}.size`),
    })
  }
  return stats
}

function readClock(directory: string): { now: number | null; bootedAt: number | null } {
  const clock = readJsonObject(directory, 'clock.json')
  const where = join(directory, 'clock.json')
  return { now: moment(clock['now'], `${where}: now`), bootedAt: moment(clock['bootedAt'], `${where}: bootedAt`) }
}

/** "btime 1795352729" of /proc/stat, proc_stat(5): seconds since the epoch. */
function bootTimeOfKernel(directory: string): number | null {
  const seconds = lines(directory, 'proc/stat')
    .find((line) => line.startsWith('btime '))
    ?.slice('btime '.length)
  return seconds === undefined || !/^\d+$/.test(seconds) ? null : Number(seconds) * 1000
}

function lines(directory: string, file: string): string[] {
  const path = join(directory, file)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter(Boolean)
}

function readJsonObject(directory: string, file: string): Record<string, unknown> {
  const path = join(directory, file)
  if (!existsSync(path)) return {}
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`${path}: is not JSON`, { cause })
  }
  if (!isObject(parsed)) throw new Error(`${path}: expected an object`)
  return parsed
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** RFC 3339, or seconds since the epoch as stat(1) prints them. */
function moment(value: unknown, where: string): number | null {
  if (value === undefined || value === null) return null
  const ms = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isFinite(ms)) throw new Error(`${where}: expected a time like "2026-11-22T04:45:45Z"`)
  return Math.floor(ms)
}

function count(value: unknown, where: string): number | null {
  if (value === undefined || value === null) return null
  if (!Number.isInteger(value)) throw new Error(`${where}: expected a whole number`)
  return value as number
}

/** "0644", or the number stat(2) has. */
function mode(value: unknown, where: string): number | null {
  if (typeof value !== 'string') return count(value, where)
  if (!/^[0-7]{1,6}$/.test(value)) throw new Error(`${where}: expected octal digits like "0644"`)
  return Number.parseInt(value, 8)
}

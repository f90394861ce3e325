// Processes that differ in nothing but their number become one row: a server that forks has a hundred of them. Pure.
import {
  OUTDATED_COMMAND_LENGTH_MAX,
  OUTDATED_FILE_LENGTH_MAX,
  OUTDATED_GROUPS_MAX,
  OUTDATED_NAMES_MAX,
  OUTDATED_PIDS_MAX,
  OUTDATED_PIDS_TOTAL_MAX,
} from '../../shared/protocol/limits.ts'
import type { OutdatedGroup } from '../../shared/sections/processes.ts'
import type { Holder } from './holder.ts'
import type { OutdatedProcess } from './outdated-process.ts'
import { shown } from './shown.ts'

/** As they are reported: no more than a report may hold, the ones of packages first. */
export function groupOutdated(found: readonly OutdatedProcess[]): { outdated: OutdatedGroup[]; count: number } {
  const groups = new Map<string, { row: Omit<OutdatedGroup, 'pids'>; pids: number[] }>()
  for (const process of found) {
    const row = rowOf(process)
    const key = JSON.stringify(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { row, pids: [process.pid] })
    else group.pids.push(process.pid)
  }
  const sorted = [...groups].sort(([a, { row: one }], [b, { row: other }]) => rankOf(one, other) || (a < b ? -1 : 1))
  let left = OUTDATED_PIDS_TOTAL_MAX
  const outdated = sorted.slice(0, OUTDATED_GROUPS_MAX).map(([, { row, pids }]) => {
    const kept = pids.toSorted((a, b) => a - b).slice(0, Math.max(1, Math.min(OUTDATED_PIDS_MAX, left)))
    left -= kept.length
    return { pids: kept, ...(pids.length > kept.length ? { more: pids.length - kept.length } : {}), ...row }
  })
  return { outdated, count: found.filter(({ isLocal }) => !isLocal).length }
}

function rowOf({ holder, command, user, packages, files, remedy, isLocal }: OutdatedProcess) {
  return {
    ...placeOf(holder),
    command: shown(command, OUTDATED_COMMAND_LENGTH_MAX),
    user: user === null ? null : shown(user, OUTDATED_COMMAND_LENGTH_MAX),
    packages: packages.slice(0, OUTDATED_NAMES_MAX),
    files: files.slice(0, OUTDATED_NAMES_MAX).map((file) => shown(file, OUTDATED_FILE_LENGTH_MAX)),
    remedy,
    ...(isLocal ? { isLocal: true as const } : {}),
  }
}

function placeOf(holder: Holder): Pick<OutdatedGroup, 'unit' | 'container'> {
  switch (holder.kind) {
    case 'unit':
    case 'session':
      return { unit: holder.unit }
    case 'container':
    case 'machine':
      return { container: holder.name }
    case 'init':
      return { unit: 'init.scope' }
    case 'none':
      return {}
    default:
      return holder satisfies never
  }
}

function rankOf(a: Omit<OutdatedGroup, 'pids'>, b: Omit<OutdatedGroup, 'pids'>): number {
  if ((a.isLocal === true) !== (b.isLocal === true)) return a.isLocal === true ? 1 : -1
  return inOrder(a.unit ?? '\uFFFF', b.unit ?? '\uFFFF') || inOrder(a.command, b.command)
}

function inOrder(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

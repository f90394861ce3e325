// What runs replaced code, for people: one block for each kind of process, and what to do about it.
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import type { OutdatedGroup, Remedy } from '../../shared/sections/processes.ts'
import { harmless } from './snapshot-text.ts'

export function processesText({ outdated, count, missing, problem }: Pick<ProcessesFacts, TextFields>): string {
  if (problem !== null) return `${harmless(`Not looked at: ${problem}.`)}\n`
  const lines = [
    countText(count, outdated.length),
    ...(missing === null ? [] : [`There may be more: ${missing}.`]),
    ...outdated.flatMap(groupLines),
  ]
  return `${lines.map(harmless).join('\n')}\n`
}

type TextFields = 'outdated' | 'count' | 'missing' | 'problem'

function countText(count: number, rows: number): string {
  if (count === 0) return rows === 0 ? 'No process runs replaced code.' : 'No process runs replaced code of a package.'
  return count === 1 ? 'One process runs replaced code.' : `${count} processes run replaced code.`
}

function groupLines({ pids, more, unit, container, command, user, packages, files, remedy, isLocal }: OutdatedGroup) {
  const place = container === undefined ? (unit ?? 'no unit') : `container ${container}`
  const numbers = `${pids.join(' ')}${more === undefined ? '' : ` and ${more} more`}`
  const from =
    packages.length === 0 ? (isLocal === true ? 'no package of this host' : 'not known') : packages.join(', ')
  return [
    '',
    `${place}: ${command} of ${user ?? 'a user that could not be read'}, ${pids.length === 1 && more === undefined ? 'process' : 'processes'} ${numbers}`,
    `  package  ${from}`,
    ...files.map((file) => `  file     ${file}`),
    `  remedy   ${remedyText(remedy, unit)}`,
  ]
}

/** What a person does about it. */
export function remedyText(remedy: Remedy, unit: string | undefined): string {
  switch (remedy) {
    case 'restart':
      return unit === undefined ? 'restart this program' : `systemctl restart ${unit}`
    case 'reexec':
      return 'systemctl daemon-reexec'
    case 'relogin':
      return 'whoever is logged in there logs in again'
    case 'container':
      return 'restart the container or virtual machine'
    case 'reboot':
      return 'restart the server: nothing less is safe'
    case 'never-alone':
      return `a person decides when: a restart${unit === undefined ? '' : ` of ${unit}`} interrupts others`
    default:
      return remedy satisfies never
  }
}

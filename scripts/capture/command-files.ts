// What commands printed, as files of a recording: cut to what their readers look for. Which packages a host has, and under which
// number its maker knows it, is nobody's business.
import { configuredNames, parseCore } from '../../agent/families/core-packages.ts'
import { COMMANDS, type HostCommand } from '../../agent/host/commands.ts'
import type { Notes } from './recorder.ts'
import { withoutName } from './redact.ts'

const CONFIGURED = '/etc/dnf/plugins/needs-restarting.d/'
/** Of the documents that rpm-ostree, bootc and Livepatch print. */
const KEPT_KEYS = new Set(
  'deployments booted version checksum status staged rollbackQueued image Status Kernel Running Livepatch State Supported'.split(
    ' ',
  ),
)

/** Names below commands/ and their content. */
export function commandFiles(notes: Notes, hostName: string): [string, string][] {
  return [...notes.commands].map(([command, result]) => {
    if ('ended' in result) return [`${command}.failed`, `${result.ended}\n`]
    if (result.exitCode !== 0) return [`${command}.failed`, `${result.exitCode}\n`]
    return [COMMANDS[command].recording, withoutName(relevantPart(command, result.stdout, notes), hostName)]
  })
}

function relevantPart(command: HostCommand, printed: string, notes: Notes): string {
  if (command === 'rpm') return coreLines(printed, notes)
  return COMMANDS[command].recording.endsWith('.json') ? knownKeys(printed) : ''
}

function coreLines(printed: string, { texts }: Notes): string {
  const files = [...texts].filter(([path]) => path.startsWith(CONFIGURED))
  const core = parseCore(printed, new Set(files.flatMap(([, text]) => configuredNames(text))))
  if (core === null) return 'not understood\n'
  return core.map(({ name, installedAt }) => `${name} ${installedAt}\n`).join('')
}

function knownKeys(printed: string): string {
  try {
    const keep = (key: string, value: unknown) =>
      key === '' || /^\d+$/.test(key) || KEPT_KEYS.has(key) ? value : undefined
    return `${JSON.stringify(JSON.parse(printed, keep), null, 2)}\n`
  } catch {
    return 'not understood\n'
  }
}

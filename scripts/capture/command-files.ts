// What commands printed, as files of a recording: cut to what their readers look for. Which packages a host has, and under which
// number its maker knows it, is nobody's business.
import { wantedComponents, type Wanted } from '../../agent/components/known.ts'
import { configuredNames, coreOf } from '../../agent/families/core-packages.ts'
import { parseRpm, type RpmPackage } from '../../agent/families/rpm-names.ts'
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
  if (command === 'rpm') return rpmLines(printed, notes)
  return COMMANDS[command].recording.endsWith('.json') ? knownKeys(printed) : ''
}

/** What counts for a restart, and what a component is made from: nobody needs the rest. */
function rpmLines(printed: string, { texts }: Notes): string {
  const files = [...texts].filter(([path]) => path.startsWith(CONFIGURED))
  const packages = parseRpm(printed)
  if (packages === null) return 'not understood\n'
  const core = coreOf(packages, new Set(files.flatMap(([, text]) => configuredNames(text))))
  const components = packages.filter(({ name }) => wantedComponents(null).some(isRpm(name)))
  return [...core.map((one) => ({ ...one, version: null })), ...components].map(lineOf).join('')
}

function isRpm(name: string): (one: Wanted) => boolean {
  return ({ packages, rpm = packages }) => rpm.test(name)
}

function lineOf({ name, installedAt, version }: RpmPackage): string {
  return `${[name, installedAt, version].filter((word) => word !== null).join(' ')}\n`
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

// The one human sentence every server has. It states durations, so it is made when somebody looks and never stored.
import type { OpenPort } from '../sections/summaries.ts'
import { formatDuration } from './duration.ts'
import { openText, unknownText } from './headline-ports.ts'
import type { OpenService } from './open-services.ts'
import type { Evidence, Signal, Verdict } from './verdict.ts'

type Told = Verdict & Readonly<Evidence>

/** Names a sentence lists before it counts the rest, and characters of each. */
const NAMES_MAX = 3
const NAME_LENGTH_MAX = 64

/**
 * e.g. "Restart required for 9 d 4 h (linux-image-6.8.0-79, libssl3); tcp 443 is open to anywhere and nginx still runs the
 * old libssl3." `openPorts`: those that may be reached, the worst first; without them the ports are not named. `services`:
 * those that answer them with replaced code.
 */
export function headline(
  verdict: Told,
  now: number,
  openPorts: readonly OpenPort[] = [],
  services: readonly OpenService[] = [],
): string {
  const told = isHeard(verdict) ? services : []
  return `${[opening(verdict, now, told), ...additions(verdict, now, openPorts, told)].join('; ')}.`
}

/** What a server answered with when it was heard last is no longer "still". */
function isHeard({ reporting }: Verdict): boolean {
  return reporting !== 'silent' && reporting !== 'never'
}

function opening(verdict: Told, now: number, services: readonly OpenService[]): string {
  switch (verdict.state) {
    case 'restart-required':
      return `Restart required${pendingFor(verdict, now)}${namesOf(verdict)}`
    case 'deferrable':
      return `Restart can wait: Livepatch covers the running kernel${namesOf(verdict)}`
    case 'ok':
      // The server needs none; a service does.
      return services.some(isExposed) ? 'No restart of the server needed' : 'No restart needed'
    case 'unknown':
      return whyUnknown(verdict, now)
    default:
      return verdict.state satisfies never
  }
}

function isExposed({ verdict }: OpenService): boolean {
  return verdict === 'exposed'
}

function pendingFor({ since, sinceQuality }: Verdict, now: number): string {
  if (since === null) return ''
  // It was there when we first looked: the need is at least this old.
  return ` for ${sinceQuality === 'upper-bound' ? 'at least ' : ''}${formatDuration(now - since)}`
}

function namesOf({ packages, signals }: Told): string {
  if (packages === null) return ' (the names of its packages could not be read)'
  if (packages.length === 0) return ' (no package is named)'
  const unread = signals.some((signal) => signal.says === 'required' && signal.packages === null)
  const shown = packages.slice(0, NAMES_MAX).map(clipped)
  const rest = packages.length - shown.length
  const more = [rest > 0 ? `${rest} more` : '', unread ? 'names that could not be read' : ''].filter(
    (text) => text !== '',
  )
  return more.length === 0 ? ` (${shown.join(', ')})` : ` (${shown.join(', ')} and ${more.join(', ')})`
}

function clipped(name: string): string {
  return name.length <= NAME_LENGTH_MAX ? name : `${name.slice(0, NAME_LENGTH_MAX - 1)}…`
}

function additions(
  verdict: Verdict,
  now: number,
  openPorts: readonly OpenPort[],
  services: readonly OpenService[],
): string[] {
  const { state, reasons, reporting, exposure, staleAt } = verdict
  const parts: string[] = []
  if (reasons.includes('exposed') || services.some(isExposed)) {
    parts.push(exposure === 'exposed' ? openText(openPorts, services) : unknownText(openPorts, services))
  }
  if (verdict.knownExploited !== undefined) parts.push(exploitedText(verdict.knownExploited))
  if (reasons.includes('stale') && staleAt !== null) {
    parts.push(`${formatDuration(now - staleAt)} longer than policy allows`)
  }
  if (reporting === 'silent' && state === 'restart-required') parts.push(silentFor(verdict, now))
  if (reporting === 'late') parts.push('its last report is late')
  if (reporting === 'restarting') parts.push('it said it is restarting')
  return parts
}

function exploitedText([first = '', ...others]: readonly string[]): string {
  return others.length === 0
    ? `it fixes ${first}, known to be exploited`
    : `it fixes ${first} and ${others.length} more that are known to be exploited`
}

function whyUnknown(verdict: Told, now: number): string {
  if (verdict.reporting === 'never') return 'Never heard since it was registered, so nothing is known yet'
  if (verdict.reporting === 'silent') return `${capitalised(silentFor(verdict, now))}; ${lastKnownPhrase(verdict)}`
  const missing = verdict.signals.filter(isBlind).map((signal) => SUBJECTS[signal.name] ?? signal.name)
  return missing.length === 0
    ? 'Cannot tell whether a restart is needed'
    : `Cannot tell whether a restart is needed: ${missing.join(' and ')} could not be read`
}

const SUBJECTS: Readonly<Record<string, string>> = {
  'reboot-flag': 'the reboot-required flag',
  'newer-kernel': 'the installed kernels',
  'core-packages': 'the core packages installed since the boot',
}

function isBlind(signal: Signal): boolean {
  return signal.role === 'decides' && signal.says === 'unknown'
}

function silentFor({ goodbyeAt, lastKnown }: Verdict, now: number): string {
  if (goodbyeAt !== undefined) return `it said ${formatDuration(now - goodbyeAt)} ago that it restarts, and is not back`
  return lastKnown === null ? 'silent' : `silent for ${formatDuration(now - lastKnown.at)}`
}

function lastKnownPhrase({ lastKnown }: Verdict): string {
  switch (lastKnown?.state) {
    case 'ok':
      return 'no restart was needed when last heard'
    case 'deferrable':
      return 'a restart could wait when last heard'
    default:
      return 'what it needed was not known even then'
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
